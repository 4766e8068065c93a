"""Replay an exchange page by page, in the shapes that were recorded of the real ones; every hash is made up."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.replayed_service import Answer, Asked

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"


def md5(word: str) -> str:
    return hashlib.md5(word.encode(), usedforsecurity=False).hexdigest()


def sha1(word: str) -> str:
    return hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest()


def pdq(word: str) -> str:
    """Return a made-up hash with as many bits set as a genuine one has."""
    half = md5(word)
    return half + f"{int(half, 16) ^ ((1 << 128) - 1):032x}"


def listed(word: str, *, member: int = 42, at: str = "2026-10-24T15:00:00Z", id_: str = "") -> str:
    prints = f"<md5>{md5(word).upper()}</md5><sha1>{sha1(word)}</sha1><pdna/><pdq>{pdq(word).upper()}</pdq>"
    return (
        f'<image><member id="{member}">Example</member><timestamp>{at}</timestamp><id>{id_ or word}</id>'
        f"<classification>A1</classification><fingerprints>{prints}</fingerprints><feedback/></image>"
    )


def deleted(word: str, *, member: int = 42, at: str = "2026-10-25T15:00:00Z") -> str:
    who = f'<member id="{member}">Example</member>'
    return f"<deletedImage>{who}<timestamp>{at}</timestamp><id>{word}</id></deletedImage>"


@dataclass
class Ncmec:
    """Hands out its entries as NCMEC does: `size` a page, `next` with the range and the place, at most `max`."""

    entries: Sequence[str] = ()
    size: int = 2
    says_max: int | None = None
    base: str = "/hashsharing"
    windows: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        assert asked.path == f"{self.base}/v2/entries"
        assert asked.headers["authorization"].startswith("Basic ")
        self.windows.append((asked.query["from"], asked.query["to"]))
        start = int(asked.query.get("start", "1"))
        page = self.entries[start - 1 : start - 1 + self.size]
        return Answer(body=self.page(page, self.rest(start + self.size, *self.windows[-1])))

    def rest(self, start: int, begin: str, end: str) -> str:
        most = len(self.entries) if self.says_max is None else self.says_max
        if start > len(self.entries):
            return "<paging><next/></paging>"
        query = urlencode({"from": begin, "to": end, "start": start, "size": self.size, "max": most})
        return f"<paging><next>/v2/entries?{query.replace('&', '&amp;')}</next></paging>"

    def page(self, entries: Sequence[str], rest: str) -> bytes:
        images = f'<images count="{len(entries)}" maxTimestamp="2026-10-24T15:10:00Z">{"".join(entries)}</images>'
        return f'<queryResult xmlns="{NAMESPACE}">{images}<videos/>{rest}</queryResult>'.encode()


def record(word: str, *, status: str = "Active", at: int = 1_700_000_000) -> dict[str, object]:
    return {
        "lastModtimestamp": at,
        "signalType": "ImagePDQ",
        "hashValue": pdq(word),
        "hashStatus": status,
        "caseNumbers": [],
        "CSPFeedbacks": [],
    }


@dataclass
class StopNcii:
    """Hands out its records as StopNCII does: a token for each further page."""

    records: Sequence[dict[str, object]] = ()
    size: int = 2
    next_set: int = 1_700_000_500
    starts: list[str] = field(default_factory=list)
    count: int | None = None

    def __call__(self, asked: Asked) -> Answer:
        assert asked.path == "/v1/FetchHashes"
        assert asked.headers["ocp-apim-subscription-key"] == "subscription"
        assert asked.headers["x-functions-key"] == "function"
        self.starts.append(asked.query["startTimestamp"])
        begin = int(asked.query.get("nextPageToken", "page-0").removeprefix("page-"))
        page = list(self.records[begin : begin + self.size])
        more = begin + self.size < len(self.records)
        said = {
            "count": len(page) if self.count is None else self.count,
            "nextPageToken": f"page-{begin + self.size}" if more else None,
            "nextSetTimestamp": self.next_set,
            "hasMoreRecords": more,
            "hashRecords": page,
        }
        return Answer(body=json.dumps(said).encode())
