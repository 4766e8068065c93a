"""Take what a form of ours sent: from our own page, in the one way that forms are sent, and not much of it."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

Form = Mapping[str, str]
"""Every field that was declared; one that was not sent is empty."""
MOST_BYTES: Final = 16 * 1024
_MOST_FIELDS: Final = 64
_SENT_WITHIN_S: Final = 20
_TYPE: Final = "application/x-www-form-urlencoded"


def require_own_page(request: Request) -> None:
    """Raise 403 unless the browser says that it is a page of ours that asks.

    Sec-Fetch-Site is believed first: as our pages tell no referrer, browsers send with it the origin `null`.
    """
    site, origin = (request.headers.getlist(name) for name in ("sec-fetch-site", "origin"))
    own = f"{request.url.scheme}://{request.headers.get('host', '')}".lower()
    said_by_site = len(site) == 1 and site[0] in ("same-origin", "none")
    by_site = said_by_site and all(each.lower() in (own, "null") for each in origin)
    by_origin = not site and [each.lower() for each in origin] == [own]
    if not (by_site or by_origin):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Nothing was done: this was not asked for by a page of ours.")


async def sent(request: Request, fields: Iterable[str]) -> Form:
    """Return the fields; raise an `HTTPException` for another type, too much, a field twice or one that is none."""
    if request.headers.getlist("content-type") != [_TYPE]:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Nothing was done: a form is sent in another way.")
    try:
        text = (await _body(request)).decode("ascii")
        found = parse_qs(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise _unreadable() from None
    declared = list(fields)
    if not found.keys() <= set(declared) or any(len(each) != 1 or "\0" in each[0] for each in found.values()):
        raise _unreadable()
    return {name: found.get(name, [""])[0] for name in declared}


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        with anyio.fail_after(_SENT_WITHIN_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nothing was done: that is too much.")
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "Nothing was done: it did not arrive.") from None
    return bytes(body)


def _unreadable() -> HTTPException:
    return HTTPException(HTTPStatus.BAD_REQUEST, "Nothing was done: the form cannot be read.")
