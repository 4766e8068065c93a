"""Refuse pairs whose page or picture lives on a blocked domain."""

from collections.abc import Callable
from enum import StrEnum

from filters.decision import Filter, Needs, Subject
from filters.indexes.hosts import BlockedHosts, HostEntry, NotAHost
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class DomainReason(Reason):
    BLOCKED = (
        "domain.blocked",
        Outcome.REFUSED,
        "a blocklist names the host, a parent domain, URL or IP address",
    )
    UNREADABLE = "domain.unreadable", Outcome.UNSURE, "no host can be read from an address, so no list can be asked"


class Where(StrEnum):
    """Which of a pair's addresses is meant; a hop is a redirect or the answer it led to, `address` the IP of one."""

    PAGE = "page"
    PAGE_HOP = "page hop"
    IMAGE = "image"
    IMAGE_HOP = "image hop"
    ADDRESS = "address"


class DomainBlocklist(Filter):
    """Refuse a pair if its page, its picture, any redirect hop or an IP address that answered is on a blocklist.

    Example: with example.org on a list, `https://WWW.Example.org.:8443/a`, `http://example%2eorg/` and
    `https://wsrv.nl/?url=example.org/a.jpg` are refused; with `192.0.2.0/24`, what a host in that network sent.
    Near miss: `https://notexample.org/` and `https://example.org.evil.test/`, which only look like it.
    Evidence: `host` (the entry that spoke: of a list of hashed URLs the hash, never the URL), `mode` (how much it
    covers), `list` (`name@number`), `why` it was listed, `where` (page, page hop, image, image hop, address), and `via`
    (nested, if it is an address inside another one).

    Hosts are read as WHATWG URL says, and once more as urllib and IDNA 2003 would: either blocks. URLs are compared as
    Safe Browsing spells them. Addresses nested in those of proxies, resizers and archives are unwrapped to depth 3;
    what nests more than can be read is unsure.
    """

    name = "domain-blocklist"
    version = "2"
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
        for ip in _resolved(subject):
            verdict = self.judge_resolved(ip)
            if verdict.outcome is not Outcome.CLEAN:
                return verdict
        return self.clean()

    def judge_address(self, url: str, where: Where) -> Verdict:
        """Judge one address alone, as each request and redirect hop is before it is made."""
        return self._judged(where, lambda hosts: hosts.find(url))

    def judge_resolved(self, address: str) -> Verdict:
        """Judge an IP address alone, as a name resolves to it or as it has answered."""
        return self._judged(Where.ADDRESS, lambda hosts: hosts.find_address(address))

    def _judged(self, where: Where, find: Callable[[BlockedHosts], HostEntry | None]) -> Verdict:
        if self._hosts is None or not self._hosts.is_whole:
            return self.unsure(ListReason.NOT_READY)
        try:
            entry = find(self._hosts)
        except NotAHost:
            return self.unsure(DomainReason.UNREADABLE, where=where.value)
        if entry is None:
            return self.clean()
        return self.refused(
            DomainReason.BLOCKED,
            host=entry.host,
            mode=entry.mode.value,
            list=f"{entry.list}@{entry.number}",
            why=entry.why,
            where=where.value,
            via=entry.via,
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


def _resolved(subject: Subject) -> dict[str, None]:
    """Return each IP address that answered on the way to the page and to the picture, as far as the transport said."""
    image_hops = () if subject.fetched is None else subject.fetched.hops
    hops = (*subject.candidate.visit.hops, *image_hops)
    return dict.fromkeys(hop.address for hop in hops if hop.address is not None)
