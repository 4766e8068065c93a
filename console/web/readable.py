"""Find nothing at an address with a NUL character: PostgreSQL cannot be asked for such a text."""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from console.web.templates import shown


class Readable:
    """Answer 404 in the place of a view that would break off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unreadable = scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"])
        await (_nothing() if unreadable else self._app)(scope, receive, send)


def _nothing() -> Response:
    return shown("error.html", status=404, title="Not found", says="There is no such page.")
