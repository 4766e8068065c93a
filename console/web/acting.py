"""Let a form act: for who may, from a page of ours, and not too often."""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.web.callers import form_token, require
from console.web.forms import Form, require_own_page, sent
from console.web.limits import Limit, Rate
from storage.web_users import Role

TOKEN: Final = "token"  # noqa: S105  # the name of the field
ACTS: Final = Rate(at_once=30, every_s=2)
"""By one caller."""
_READS: Final = frozenset({"GET", "HEAD"})


class Posted(Route):
    """Where a form of a page of ours is sent to; one of another site's is refused."""

    def __init__(self, path: str, answer: Callable[[Request], Awaitable[Response]]) -> None:
        async def answering(request: Request) -> Response:
            require_own_page(request)
            return await answer(request)

        super().__init__(path, answering, methods=["POST"])


class Act(Posted):
    """Where a form is sent to that acts. `fields` are all it has, beside the token, which every such form has.

    `view` is not called before all is known to be right; it answers with `done(where to go on)`.
    """

    def __init__(
        self,
        path: str,
        view: Callable[[Request, Form], Response],
        *,
        fields: Sequence[str] = (),
        needs: Role = Role.OPERATOR,
    ) -> None:
        async def act(request: Request) -> Response:
            caller = require(request, needs)
            limit: Limit = request.app.state.acts
            limit.require(caller.name)
            form = await sent(request, (*fields, TOKEN))
            _require_token(request, form[TOKEN])
            return await run_in_threadpool(view, request, form)

        super().__init__(path, act)


def done(place: str) -> Response:
    """Lead to a page that shows what was done; to look at it again does nothing again."""
    return RedirectResponse(place, status_code=HTTPStatus.SEE_OTHER)


def require_guarded(routes: Iterable[BaseRoute]) -> None:
    """Raise `TypeError` for a route that takes more than a question and is no `Posted`: nothing would guard it."""
    for each in routes:
        if isinstance(each, Route) and not isinstance(each, Posted) and not (each.methods or {"?"}) <= _READS:
            raise TypeError(f"{each.path} takes more than GET: make it an Act")


def _require_token(request: Request, token: str) -> None:
    if not hmac.compare_digest(token.encode(), form_token(request).encode()):
        says = "Nothing was done: the page is too old. Load it again, then send its form again."
        raise HTTPException(HTTPStatus.FORBIDDEN, says)
