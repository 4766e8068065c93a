"""Refuse pairs whose page or picture lives on a blocked domain."""

from enum import StrEnum

from filters.decision import Filter, Needs, Subject
from filters.indexes.hosts import BlockedHosts, NotAHost
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class DomainReason(Reason):
    BLOCKED = "domain.blocked", Outcome.REFUSED, "a blocklist names the host or a parent domain of it"
    UNREADABLE = "domain.unreadable", Outcome.UNSURE, "no host can be read from an address, so no list can be asked"


class Where(StrEnum):
    """Which of a pair's addresses is meant; a hop is a redirect or the answer it led to."""

    PAGE = "page"
    PAGE_HOP = "page hop"
    IMAGE = "image"
    IMAGE_HOP = "image hop"


class DomainBlocklist(Filter):
    """Refuse a pair if the host of its page, its picture or any redirect hop is on a blocklist.

    Example: with example.org on a list, `https://WWW.Example.org.:8443/a` and `http://example%2eorg/` are refused.
    Near miss: `https://notexample.org/` and `https://example.org.evil.test/`, which only look like it.
    Evidence: `host` (the entry that spoke), `list` (`name@number`), `why` it was listed, and `where` (page, page hop,
    image, image hop).

    Hosts are read as WHATWG URL says, and once more as urllib and IDNA 2003 would: either blocks. An IP literal matches
    only itself, in every spelling. Addresses inside the query of an image proxy are not unwrapped.
    """

    name = "domain-blocklist"
    version = "1"
    needs = Needs.ADDRESS

    def __init__(self, hosts: BlockedHosts | None) -> None:
        self._hosts = hosts
        self.revision = revision_of({"lists": None if hosts is None else hosts.revision})

    def judge(self, subject: Subject) -> Verdict:
        if subject.fetched is not None and not subject.fetched.hops:
            return self.unsure(DomainReason.UNREADABLE, where=Where.IMAGE_HOP.value)
        for url, where in _addresses(subject).items():
            verdict = self.judge_address(url, where)
            if verdict.outcome is not Outcome.CLEAN:
                return verdict
        return self.clean()

    def judge_address(self, url: str, where: Where) -> Verdict:
        """Judge one address alone, as each request and redirect hop is before it is made."""
        if self._hosts is None:
            return self.unsure(ListReason.NOT_READY)
        try:
            entry = self._hosts.find(url)
        except NotAHost:
            return self.unsure(DomainReason.UNREADABLE, where=where.value)
        if entry is None:
            return self.clean()
        return self.refused(
            DomainReason.BLOCKED,
            host=entry.host,
            list=f"{entry.list}@{entry.number}",
            why=entry.why,
            where=where.value,
        )


def _addresses(subject: Subject) -> dict[str, Where]:
    """Return each distinct address once, under the first name it goes by: a page is its own last hop."""
    visit = subject.candidate.visit
    image_hops = () if subject.fetched is None else subject.fetched.hops
    addresses = {visit.url: Where.PAGE}
    for url in (visit.final_url, *(hop.url for hop in visit.hops)):
        addresses.setdefault(url, Where.PAGE_HOP)
    addresses.setdefault(subject.candidate.image_url, Where.IMAGE)
    for hop in image_hops:
        addresses.setdefault(hop.url, Where.IMAGE_HOP)
    return addresses
