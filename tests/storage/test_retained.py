"""Retain facts of what was not kept; of what is held or was withdrawn, neither twice nor again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from filters.facts import Facts, Flaw
from storage.canonical import plain
from storage.retained import is_retained
from storage.shares import Entry, Refused
from storage.tables import measurement, picture, sighting
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as found:
        yield found


def refused(page_id: str, number: int, *, facts: Facts, reason: str = "image.too-small") -> Refused:
    found = samples.candidate(page_id, number)
    decision = samples.decided("duplicates", reason)
    return Refused(candidate=found, fetched=samples.fetched(found.image_url), decision=decision, facts=facts)


def test_an_ordinary_refusal_names_its_bytes_and_retains_its_facts(crawl: Crawl) -> None:
    facts = samples.facts(samples.bytes_of(1))
    crawl.record(page_id := crawl.new_page(), refused(page_id, 1, facts=facts))
    assert [row.sha256 for row in crawl.rows(sighting)] == [facts.digests.sha256]
    assert [(row.sha256, row.facts) for row in crawl.rows(measurement)] == [(facts.digests.sha256, plain(facts))]
    assert crawl.verify() == []


def test_what_was_never_requested_names_no_bytes(crawl: Crawl) -> None:
    crawl.record(page_id := crawl.new_page(), samples.refused(page_id, 1))
    assert [row.sha256 for row in crawl.rows(sighting)] == [None]
    assert crawl.rows(measurement) == []


def test_a_pair_that_is_kept_names_its_bytes_and_retains_nothing_beside_its_picture(crawl: Crawl) -> None:
    kept = samples.kept(page_id := crawl.new_page(), 1)
    crawl.record(page_id, kept)
    assert [row.sha256 for row in crawl.rows(sighting)] == [kept.pair.facts.digests.sha256]
    assert (len(crawl.rows(picture)), crawl.rows(measurement)) == (1, [])
    assert crawl.verify() == []


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("kept_first", [True, False])
def test_a_picture_that_is_kept_somewhere_is_not_retained_beside(crawl: Crawl, at_once: bool, kept_first: bool) -> None:
    page_id = crawl.new_page()
    kept = samples.kept(page_id, 1)
    both: list[Entry] = [kept, refused(page_id, 2, facts=kept.pair.facts)]
    entries = both[:: 1 if kept_first else -1]
    for share in [entries] if at_once else [[each] for each in entries]:
        crawl.record(page_id, *share, last=False)
    assert (len(crawl.rows(picture)), crawl.rows(measurement)) == (1, [])
    assert {row.sha256 for row in crawl.rows(sighting)} == {kept.pair.facts.digests.sha256}


@pytest.mark.parametrize("seen_first", [True, False])
def test_what_a_decoder_saw_is_retained_rather_than_digests_alone(crawl: Crawl, seen_first: bool) -> None:
    seen = samples.facts(samples.bytes_of(1))
    unseen = replace(seen, picture=None, flaw=Flaw.INSPECTION_CRASHED)
    page_id = crawl.new_page()
    for number, facts in enumerate([seen, unseen][:: 1 if seen_first else -1], start=1):
        crawl.record(page_id, refused(page_id, number, facts=facts), last=False)
    assert [msgspec.convert(row.facts, Facts) for row in crawl.rows(measurement)] == [seen]


def test_of_what_was_withdrawn_nothing_is_retained_when_it_is_found_again(crawl: Crawl) -> None:
    facts = samples.facts(samples.bytes_of(1))
    page_id = crawl.new_page()
    crawl.record(page_id, refused(page_id, 1, facts=facts, reason="withdrawn.near"))
    assert crawl.rows(measurement) == []


@pytest.mark.parametrize(
    ("reason", "retained"),
    [(None, True), ("image.too-small", True), ("withdrawn.tombstone", False), ("withdrawn.near", False)],
)
def test_only_refusals_of_what_was_withdrawn_retain_nothing(reason: str | None, retained: bool) -> None:
    assert is_retained(reason) is retained
