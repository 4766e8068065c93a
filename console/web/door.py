"""Find out who asks, before anything is answered."""

import secrets
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from console.web.callers import Caller, Known, know
from storage.web_users import Role


class Door(Protocol):
    async def refused(self, request: Request) -> Response | None:
        """Make known who asks, and return None; or return why they are not answered."""


class LocalDoor:
    """On loopback: who may run a command on this machine may do everything, and all is done in one name."""

    def __init__(self, name: str) -> None:
        self._known = Known(caller=Caller(name=name, role=Role.OPERATOR), token=secrets.token_urlsafe(32))

    async def refused(self, request: Request) -> Response | None:
        know(request, self._known, signed_in=False)
        return None


class AtDoor:
    """Answer nothing that the door refuses."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = await self._door.refused(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)
