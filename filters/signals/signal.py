"""Hold what an owner said about the use of a page or a picture: in which protocol, where it was found, and when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

MOST_RAW_CHARACTERS: Final = 500
UNREAD: Final = "could not be read"
"""So begin the words that stand for a document that its host has, or may have, and did not give us."""


class Protocol(StrEnum):
    """Each can be switched off by the setting CONSENT_PROTOCOLS, but for robots.txt."""

    ROBOTS = "robots.txt"
    AI_TOKENS = "ai-tokens"
    X_ROBOTS_TAG = "x-robots-tag"
    META_ROBOTS = "meta-robots"
    TDMREP = "tdmrep"
    AIPREF = "aipref"
    CONTENT_SIGNAL = "content-signal"
    RSL = "rsl"
    AI_TXT = "ai.txt"
    PLUS = "plus-data-mining"
    C2PA = "c2pa"


class Says(StrEnum):
    """What a signal means for a set of pictures that stores copies and is used to train models."""

    DENY = "deny"
    ALLOW = "allow"
    UNKNOWN = "unknown"
    """Neither: nothing was said, or nothing that could be understood. A robots.txt that lets us in says no more."""


class Scope(StrEnum):
    """What the signal covers."""

    PAGE_HOST = "page host"
    PAGE = "page"
    IMAGE_HOST = "image host"
    IMAGE_RESPONSE = "image response"
    IMAGE_FILE = "image file"


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """What one parser read: `found_in` names the place (`header x-robots-tag`, `meta tdm-reservation`, `rule 3`).

    `raw` are the words themselves, at most 500 characters of them.
    """

    protocol: Protocol
    says: Says
    found_in: str
    raw: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", self.raw[:MOST_RAW_CHARACTERS])


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """A saying, what it covers, where and when it was heard.

    `url` is that of the document, page or picture that said so; `document` the SHA-256 of a document whose body is kept
    (`Document`), None where the words stood in a header, a page or a picture.
    """

    saying: Saying
    scope: Scope
    url: str
    at: datetime
    document: str | None = None

    @property
    def may_change_soon(self) -> bool:
        """Whether it stands for a document that could not be read."""
        return self.document is None and self.saying.raw.startswith(UNREAD)

    def __repr__(self) -> str:
        return f"<Signal {self.saying.protocol.value} {self.saying.says.value}>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """The body of a robots.txt, tdmrep.json, ai.txt or licence, as it was received; kept once by its SHA-256."""

    sha256: str
    kind: str
    """robots.txt, tdmrep.json, ai.txt or rsl."""
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Licence:
    """A licence that is named for a picture. Recorded only: it never turns a deny into an allow.

    `nearness` says how near to the picture it stood: 0 in the file, 1 said of this very picture, 2 in its figure,
    3 on its page.
    """

    url: str
    found_in: str
    nearness: int
    credit: str | None = None


def merged(signals: Iterable[Signal]) -> Says:
    """Any deny denies; else any allow allows; else nobody knows."""
    said = {each.saying.says for each in signals}
    return next((each for each in (Says.DENY, Says.ALLOW) if each in said), Says.UNKNOWN)
