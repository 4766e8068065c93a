"""Read what a page itself says of its use: its metas, and RSL inside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from filters.signals.headers import NAMES, TOO_MANY, read_headers
from filters.signals.rsl import Rsl, read_rsl
from filters.signals.signal import Licence, Protocol, Saying, Says
from filters.signals.tdmrep import META_NAMES
from filters.signals.x_robots_tag import read_meta_robots

ROBOTS: Final = "robots"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageStatements:
    """What was read off a page, not yet judged."""

    metas: tuple[tuple[str, str], ...] = ()
    """(name in lower case, content) of each that is about use, in the page's order."""
    rsl_links: tuple[str, ...] = ()
    """URLs of RSL documents, resolved; one that is no URL of the web cannot be had, which is a no."""
    rsl_inline: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()
    """Of the whole page."""
    too_many: tuple[Protocol, ...] = ()
    """The protocols of which the page says more, or says it longer, than is carried."""


def is_about_use(name: str, agent: str) -> bool:
    """Say whether a meta of this name, in lower case, is to be carried."""
    return name in NAMES | META_NAMES or name in (ROBOTS, agent.lower())


def read_statements(statements: PageStatements, url: str, agent: str) -> tuple[Saying, ...]:
    """Return what the page at `url` says of itself. What was too much to be carried is a no, and so is RSL inside the
    page that cannot be read.
    """
    robots = (read_meta_robots(name, text) for name, text in statements.metas if name in (ROBOTS, agent.lower()))
    return (
        *robots,
        *read_headers(statements.metas, agent, "meta"),
        *(each for text in statements.rsl_inline for each in _inline(text, url)),
        *(_denied(protocol, TOO_MANY, "") for protocol in statements.too_many),
    )


def inline_terms(statements: PageStatements, url: str) -> tuple[Rsl, ...]:
    """Return the RSL inside the page at `url` that can be read; it may speak of pictures and not of the page."""
    read = (_rsl(each, url) for each in statements.rsl_inline)
    return tuple(each for each in read if each is not None)


def _rsl(text: str, url: str) -> Rsl | None:
    return read_rsl(text.encode("utf-8", "replace"), url)


def _inline(text: str, url: str) -> Iterator[Saying]:
    rsl = _rsl(text, url)
    if rsl is None:
        yield _denied(Protocol.RSL, "script rsl", "no RSL that can be read")
    elif (said := rsl.says(url)) is not None:
        yield said


def _denied(protocol: Protocol, found_in: str, raw: str) -> Saying:
    return Saying(protocol=protocol, says=Says.DENY, found_in=found_in, raw=raw)
