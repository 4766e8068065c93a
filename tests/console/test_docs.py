from pathlib import Path

import pytest

from console.docs import pages, settings_page
from filters.lineup import FILTERS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_page_made_from_the_code_is_not_stale(path: Path) -> None:
    assert path.read_text() == pages()[path], "type: make docs"


def test_settings_are_told_with_their_part_default_and_comment() -> None:
    source = (
        'FIRST = ["a"]\n\n# Where things are\nURL = "sqlite:///a.db"\nNETWORKS: list[str] = []  # as CIDRs\n'
        "STEPS = {\n    # inside\n    1: 2,\n}\nlower = 1\n\n# Limits\nMAX_BYTES = 4_000  # of a page\n"
    )
    page = settings_page(source)
    assert "## The flow\n\n| setting | default | |\n|---|---|---|\n| `FIRST` | `['a']` |  |\n" in page
    assert "## Where things are\n" in page
    assert (
        "| `URL` | `'sqlite:///a.db'` |  |\n| `NETWORKS` | none | as CIDRs |\n| `STEPS` | see the file |  |\n" in page
    )
    assert "## Limits\n\n| setting | default | |\n|---|---|---|\n| `MAX_BYTES` | `4000` | of a page |\n" in page
    assert "lower" not in page


def test_the_picture_of_the_architecture_names_every_filter() -> None:
    picture = (DOCS / "architecture.svg").read_text()
    assert [each.name for each in FILTERS if each.name not in picture] == []
