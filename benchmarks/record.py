"""Write what a benchmark measured into a page, between the two lines that name its command."""

from pathlib import Path
from typing import Final

README: Final = Path(__file__).parent / "README.md"


def record(report: str, command: str, page: Path = README) -> None:
    """Replace what stands between the marks of a command, as in `<!-- written by make bench -->`.

    Raise `ValueError` if the page has not exactly two of them: nothing is written then.
    """
    mark = f"<!-- written by {command} -->"
    before, _, after = page.read_text(encoding="utf-8").split(mark)
    page.write_text(f"{before}{mark}\n\n{report}\n\n{mark}{after}", encoding="utf-8")
