"""Say who asks, and hold it for as long as they are answered."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage.web_users import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks."""

    name: str
    role: Role

    def may(self, needed: Role) -> bool:
        return self.role.covers(needed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A caller, and what the forms of their pages hold, which no other site can know."""

    caller: Caller
    token: str = field(repr=False)


SIGNED_IN: Final[ContextVar[Known | None]] = ContextVar("SIGNED_IN", default=None)
"""Who is told by every page that they are signed in; each answer is a task of its own, and takes it along."""


def know(request: Request, known: Known, *, signed_in: bool) -> None:
    request.state.caller, request.state.token = known.caller, known.token
    SIGNED_IN.set(known if signed_in else None)


def caller_of(request: Request) -> Caller:
    """Raise 403 at an address that answers everybody, where nobody need be known."""
    found = getattr(request.state, "caller", None)
    if not isinstance(found, Caller):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Nothing was done: sign in first.")
    return found


def form_token(request: Request) -> str:
    """Return what a form that acts holds in its field `token`."""
    caller_of(request)
    return str(request.state.token)


def require(request: Request, role: Role) -> Caller:
    """Return who asks; raise 403 if their role may not do this."""
    caller = caller_of(request)
    if not caller.may(role):
        raise HTTPException(HTTPStatus.FORBIDDEN, f"Nothing was done: this needs the role {role.value}.")
    return caller
