"""Make candidates, decisions and clean pairs for tests of the crawl."""

from datetime import UTC, datetime

from filters.candidate import Candidate, Hop, PageVisit, TextSource
from filters.decision import FLOOR, CleanPair, Decision
from filters.facts import Digests, Facts, Fetched
from filters.verdict import Outcome, Verdict

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ADDRESS = "http://images.example/{}.jpg"


def candidate(name: str = "harbour", page_id: str = "page") -> Candidate:
    visit = PageVisit(
        page_id=page_id,
        url="http://page.example/",
        final_url="http://page.example/",
        hops=(),
        status=200,
        headers=(),
        fetched_at=NOW,
        depth=0,
        seed="http://page.example/",
        found_on=None,
    )
    return Candidate(
        visit=visit,
        image_url_found=ADDRESS.format(name),
        image_url=ADDRESS.format(name),
        text_raw=f"A view of the {name}",
        text=f"A view of the {name}",
        text_source=TextSource.ALT,
    )


def fetched() -> Fetched:
    hop = Hop(url=ADDRESS.format("harbour"), status=200, address="127.0.0.1", answered_at=NOW)
    return Fetched(hops=(hop,), status=200, headers=(), requested_at=NOW, fetched_at=NOW)


def facts(name: str = "harbour") -> Facts:
    digest = name.encode().hex().ljust(64, "0")[:64]
    return Facts(digests=Digests(md5=digest[:32], sha1=digest[:40], sha256=digest, size_bytes=3))


def verdict(filter_name: str, reason: str | None = None, *, provisional: bool = False) -> Verdict:
    return Verdict(
        outcome=Outcome.CLEAN if reason is None else Outcome.REFUSED,
        filter=filter_name,
        filter_version="1",
        revision="r",
        reason=reason,
        evidence={"provisional": True} if provisional else {},
    )


def accepting(epoch: int = 1, *, provisional: bool = False) -> Decision:
    verdicts = tuple(verdict(name, provisional=provisional) for name in FLOOR)
    return Decision(verdicts=verdicts, lineup=FLOOR, epoch=epoch)


def refusing(reason: str = "domain.blocked", epoch: int = 1) -> Decision:
    names = {"hash.on-list": "exact-hash", "hash.near-list": "near-hash"}
    return Decision(verdicts=(verdict(names.get(reason, FLOOR[0]), reason),), lineup=FLOOR, epoch=epoch)


def clean(of: Candidate, epoch: int = 1) -> CleanPair:
    name = of.text.rpartition(" ")[2]
    return CleanPair(candidate=of, fetched=fetched(), facts=facts(name), decision=accepting(epoch))
