from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest

from filters.candidate import PageVisit
from filters.decision import Subject
from filters.domain_blocklist import DomainBlocklist, Where
from filters.facts import Fetched
from filters.indexes.host_trie import open_trie, write_trie
from filters.indexes.hosts import BlockedHosts, HostList
from filters.reason import ListReason
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import IMAGE_URL, PAGE_URL, PUBLIC, candidate, fetched, subject, visit

LISTED = "https://cdn.bad.example/heron.jpg"


HASHED = "sha256:" + sha256(b"hashed.example/secret/").hexdigest()


def blocked() -> BlockedHosts:
    entries = {
        "bad.example": "asked for by its owner",
        "198.51.100.9": "spam",
        "203.0.113.64/26": "bulletproof hosting",
        "=only.example": "its front page",
        ".blogs.example": "unmoderated",
        "mixed.example/a/heron.jpg": "reported",
        "mixed.example/~spam*": "spam",
        HASHED: "bought list",
    }
    return BlockedHosts((HostList.of(name="ads", number=3, digest="0f" * 32, entries=entries),))


def seen_at(*, page: PageVisit | None = None, image_url: str = IMAGE_URL, image_hops: tuple[str, ...] = ()) -> Subject:
    return subject(candidate(page=page, image_url=image_url), reached=fetched(*image_hops))


class TestDomainBlocklist(FilterContract):
    filter = DomainBlocklist(blocked())
    clean = subject()
    refused = seen_at(image_url=LISTED)
    near_miss = seen_at(image_url="https://notbad.example/heron.jpg")
    unsure = seen_at(image_url="https://bad..test/heron.jpg")

    def judge_golden(self, *, lists: bool = True, page_url: str = PAGE_URL, **given: Any) -> Verdict:
        page = visit(page_url, hops=tuple(given.pop("page_hops", ())))
        hops = tuple(given.pop("image_hops", ()))
        page_address, image_address = given.pop("page_address", PUBLIC), given.pop("image_address", PUBLIC)
        seen = seen_at(page=answered_from(page, page_address), image_hops=hops, **given)
        reached = answered_from(seen.fetched, image_address) if seen.fetched else None
        return DomainBlocklist(blocked() if lists else None).judge(replace(seen, fetched=reached))


Way = TypeVar("Way", PageVisit, Fetched)


def answered_from(way: Way, address: str | None) -> Way:
    return replace(way, hops=tuple(replace(each, address=address) for each in way.hops))


@pytest.mark.parametrize(
    ("where", "seen"),
    [
        (Where.PAGE, seen_at(page=visit(LISTED))),
        (Where.PAGE, seen_at(page=visit(LISTED, hops=(LISTED, PAGE_URL)))),
        (Where.PAGE_HOP, seen_at(page=visit(hops=(PAGE_URL, LISTED, "https://birds.test/home")))),
        (Where.PAGE_HOP, seen_at(page=visit(hops=(PAGE_URL, LISTED)))),
        (Where.IMAGE, seen_at(image_url=LISTED)),
        (Where.IMAGE, seen_at(image_url=LISTED, image_hops=(LISTED, IMAGE_URL))),
        (Where.IMAGE_HOP, seen_at(image_hops=(IMAGE_URL, LISTED, "https://pictures.test/2"))),
        (Where.IMAGE_HOP, seen_at(image_hops=(IMAGE_URL, LISTED))),
    ],
)
def test_blocked_host_is_refused_wherever_it_stands(where: Where, seen: Subject) -> None:
    verdict = DomainBlocklist(blocked()).judge(seen)
    assert verdict.reason == "domain.blocked"
    assert dict(verdict.evidence) == {
        "host": "bad.example",
        "mode": "suffix",
        "list": "ads@3",
        "why": "asked for by its owner",
        "where": where.value,
        "via": "",
    }


def test_final_address_of_a_page_is_asked_even_if_it_is_no_hop() -> None:
    page = visit(PAGE_URL)
    led_on = PageVisit(**{name: getattr(page, name) for name in page.__slots__} | {"final_url": LISTED})
    verdict = DomainBlocklist(blocked()).judge(seen_at(page=led_on))
    assert verdict.evidence["where"] == "page hop"


def test_picture_not_yet_fetched_is_judged_by_its_address() -> None:
    verdict = DomainBlocklist(blocked()).judge(Subject(candidate=candidate(image_url=LISTED)))
    assert verdict.reason == "domain.blocked"


# What other filters were measured to let through: children of a listed host with four labels, upper case, escapes.
@pytest.mark.parametrize(
    "url",
    [
        "http://a.b.c.bad.example/",
        "https://BAD.EXAMPLE/",
        "https://bad%2eexample/",
        "https://bad.example./",
        "https://user@bad.example/",
        "https://bad.example:8443/",
        "https://bad\uff0eexample/",
        "http://bad.example/",
        "https://bad.example/",
    ],
)
def test_spelling_does_not_help(url: str) -> None:
    assert DomainBlocklist(blocked()).judge(seen_at(image_url=url)).reason == "domain.blocked"


@pytest.mark.parametrize("address", ["198.51.100.9", "::ffff:198.51.100.9", "2002:c633:6409::1", "64:ff9b::c633:6409"])
def test_listed_address_that_answered_is_refused_however_it_was_reached(address: str) -> None:
    domain = DomainBlocklist(blocked())
    hosts = {"where": "address", "host": "198.51.100.9", "mode": "address"}
    for verdict in (
        domain.judge_resolved(address),
        domain.judge(seen_at(page=answered_from(visit(), address))),
        domain.judge(subject(reached=answered_from(fetched(), address))),
    ):
        assert verdict.reason == "domain.blocked"
        assert hosts.items() <= dict(verdict.evidence).items()


def test_answer_whose_address_nobody_recorded_is_judged_by_its_host() -> None:
    assert DomainBlocklist(blocked()).judge(subject(reached=answered_from(fetched(), None))).outcome is Outcome.CLEAN


def test_address_that_is_none_is_unsure() -> None:
    verdict = DomainBlocklist(blocked()).judge_resolved("birds.test")
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "domain.unreadable")


def test_lists_whose_file_was_written_to_are_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "ads@3.hosts"
    write_trie(path, [("bad.example", "asked for by its owner")], digest="0f")
    mapped = HostList(name="ads", number=3, digest="0f", entries=open_trie(path, "0f"))
    judged = DomainBlocklist(BlockedHosts((mapped,)))
    assert judged.judge_address("https://fine.example/", Where.PAGE).outcome is Outcome.CLEAN
    path.write_bytes(b"")
    assert judged.judge_address("https://fine.example/", Where.PAGE).reason == ListReason.NOT_READY
    assert judged.judge_resolved("192.0.2.7").reason == ListReason.NOT_READY


def test_evidence_of_a_hashed_entry_holds_the_hash_and_not_the_address() -> None:
    verdict = DomainBlocklist(blocked()).judge(seen_at(image_url="https://hashed.example/secret/heron.jpg"))
    assert verdict.evidence["host"] == HASHED
    assert "secret" not in str(verdict.evidence)


@pytest.mark.parametrize("where", list(Where))
def test_address_without_a_host_is_unsure(where: Where) -> None:
    verdict = DomainBlocklist(blocked()).judge_address("http://secret..test/", where)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "domain.unreadable")
    assert dict(verdict.evidence) == {"where": where.value}


def test_picture_that_came_by_no_recorded_way_is_unsure() -> None:
    unrecorded = replace(fetched(), hops=())
    verdict = DomainBlocklist(BlockedHosts(())).judge(subject(reached=unrecorded))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "domain.unreadable")


def test_missing_lists_are_unsure_not_clean() -> None:
    verdict = DomainBlocklist(None).judge(subject())
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "list.not-ready")


def test_no_list_blocks_nothing() -> None:
    assert DomainBlocklist(BlockedHosts(())).judge(subject()).outcome is Outcome.CLEAN


def test_revision_is_of_the_lists() -> None:
    revisions = {DomainBlocklist(hosts).revision for hosts in (None, BlockedHosts(()), blocked())}
    assert len(revisions) == 3
    assert DomainBlocklist(blocked()).revision in revisions
