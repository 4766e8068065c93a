"""Fill in the templates: what they show is escaped, and what would turn the direction of writing is spelled out."""

from datetime import date
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from console.output import cell
from console.printable import printable
from console.reasons import meaning
from console.story import means
from console.web.addresses import asked, of

FOLDER: Final = Path(__file__).parent / "templates"


def shown(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    return HTMLResponse(_TEMPLATES.get_template(template).render(values), status_code=status)


def _finished(value: Any) -> Any:
    """Is asked of everything that a template shows, before it is escaped."""
    if type(value) is str:  # what a template has escaped itself is of another type
        return printable(value)
    return cell(value) if value is None or isinstance(value, date | dict | list | tuple) else value


_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_finished,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(of=of, asked=asked, meaning=meaning, means=means)
