"""What shadows said is counted with the refusal it is about: once, and in the same transaction."""

from collections import Counter
from dataclasses import replace

import pytest

from filters.facts import Facts
from storage.shares import Entry, Refused, Result
from storage.tables import shadow
from tests.storage import samples
from tests.storage.one_crawl import Crawl


def sampled(page_id: str, number: int, *others: str) -> Refused:
    return replace(samples.refused(page_id, number), shadow=others)


def counted(crawl: Crawl) -> dict[tuple[str, str, str], int]:
    return {(row.filter, row.reason, row.other): row.count for row in crawl.rows(shadow) if row.run_id}


def of_others(**counts: int) -> dict[tuple[str, str, str], int]:
    names = {"sampled": "", "alone": "-"}
    said = {names.get(name, name): count for name, count in counts.items()}
    return {("alt-text", "alt.too-short", name): count for name, count in said.items()}


def test_each_filter_that_would_not_have_kept_it_is_counted_and_how_many_were_sampled(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(
        page_id,
        sampled(page_id, 1),
        sampled(page_id, 2, "language", "safety"),
        sampled(page_id, 3, "language"),
        samples.refused(page_id, 4),
        samples.kept(page_id, 5, epoch=crawl.records.epoch),
    )
    assert counted(crawl) == of_others(sampled=3, alone=1, language=2, safety=1)


def test_pages_add_up(crawl: Crawl) -> None:
    for number in (1, 2):
        page_id = crawl.new_page(str(number))
        crawl.record(page_id, sampled(page_id, number, "language"))
    assert counted(crawl) == of_others(sampled=2, language=2)


def test_what_is_recorded_twice_is_counted_once(crawl: Crawl) -> None:
    """A share that was committed just before the run was killed comes again when the page is read again."""
    page_id = crawl.new_page()
    entry = sampled(page_id, 1, "language")
    assert crawl.record(page_id, entry, last=False).results == (Result.RECORDED,)
    assert crawl.record(page_id, entry, sampled(page_id, 2)).results == (Result.ALREADY, Result.RECORDED)
    assert counted(crawl) == of_others(sampled=2, language=1, alone=1)


@pytest.mark.parametrize("moved", [False, True])
def test_of_a_share_that_is_not_recorded_nothing_is_counted(crawl: Crawl, moved: bool) -> None:
    page_id = crawl.new_page()
    measured: Facts = samples.facts(samples.bytes_of(1))
    epoch = crawl.records.epoch + moved
    decision = replace(samples.refused(page_id, 1).decision, epoch=epoch)
    entry: Entry = replace(
        sampled(page_id, 1), decision=decision, facts=measured, fetched=samples.fetched("https://pictures.example/1")
    )
    result = crawl.record(page_id, entry, last=not moved).results
    assert result == (Result.EPOCH_MOVED if moved else Result.RECORDED,)
    assert bool(counted(crawl)) is not moved


def test_beside_a_match_nothing_is_counted(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.match(page_id, 1), samples.beside(page_id, 2))
    assert Counter(counted(crawl)) == Counter()


def test_what_is_taken_back_cannot_be_told_from_what_was_sampled(crawl: Crawl) -> None:
    """A match that is found late takes the sightings of its page back; of two that were sampled one is left."""
    other, page_id = crawl.new_page("other"), crawl.new_page("late")
    crawl.record(other, sampled(other, 1), samples.refused(other, 2, reason="alt.no-words"))
    crawl.record(page_id, sampled(page_id, 3), last=False)
    assert counted(crawl) == of_others(sampled=2, alone=2)
    crawl.record(page_id, samples.match(page_id, 4))
    assert counted(crawl) == {}


def test_where_enough_are_left_the_counts_stay(crawl: Crawl) -> None:
    other, page_id = crawl.new_page("other"), crawl.new_page("late")
    crawl.record(other, sampled(other, 1), samples.refused(other, 2))
    crawl.record(page_id, samples.refused(page_id, 3), last=False)
    crawl.record(page_id, samples.match(page_id, 4))
    assert counted(crawl) == of_others(sampled=1, alone=1)
