"""Put the pages together: who asks is found out first, then a view answers."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from console.web.acting import ACTS, require_guarded
from console.web.door import AtDoor, Door, LocalDoor
from console.web.headers import WithHeaders
from console.web.limits import Limit
from console.web.readable import Readable
from console.web.templates import shown
from storage.errors import NotReady, ObjectsUnavailable
from storage.operators import login_name

HOSTS: Final = ("127.0.0.1", "localhost")
"""Asked under another name, it is the page of another site that has a name of its own lead here."""
_STATIC: Final = Path(__file__).parent / "static"
_UNKNOWN: Final = "There is no such page."


class Answering(Protocol):
    """Views: they say under which address each is."""

    def routes(self) -> Sequence[BaseRoute]: ...


def application(views: Answering, door: Door | None = None, *, hosts: Sequence[str] = HOSTS) -> ASGIApp:
    """`door` is that of loopback if it is left out."""
    routes = [*views.routes(), Mount("/static", StaticFiles(directory=_STATIC))]
    require_guarded(routes)
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(Readable),
            Middleware(AtDoor, door=door or LocalDoor(login_name())),
        ],
        exception_handlers={
            HTTPException: _refused,
            NotReady: _not_ready,
            ObjectsUnavailable: _unavailable,
            Exception: _broken,
        },
    )
    app.state.acts = Limit(ACTS)
    return WithHeaders(app)  # around all of it: what answers for an error is outside of what is told as middleware


def _refused(request: Request, error: Exception) -> Response:
    told = error if isinstance(error, HTTPException) else HTTPException(500)
    says = _UNKNOWN if told.detail == "Not Found" else told.detail
    title = "Not found" if told.status_code == HTTPStatus.NOT_FOUND else "Not done"
    answer = shown("error.html", status=told.status_code, title=title, says=says)
    answer.headers.update(told.headers or {})
    return answer


def _not_ready(request: Request, error: Exception) -> Response:
    """Say what to do: such an error names no more than the database, a table or a list."""
    return shown("error.html", status=503, title="Not ready", says=str(error))


def _unavailable(request: Request, error: Exception) -> Response:
    return shown("error.html", status=503, title="Not there", says="The store of pictures does not answer.")


def _broken(request: Request, error: Exception) -> Response:
    """Its text may name what must not be shown."""
    return shown("error.html", status=500, title="Not done", says=f"This page broke off ({type(error).__name__}).")
