from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from filters.verdict import Outcome
from storage import batches
from storage.sightings import list_refusals
from tests.storage.recorded_crawl import Crawled, crawling
from tests.storage.records import Records, opened

PAGE = "http://page.example/"
FIELDS = """sighting_id, run_id, outcome, filter, filter_version, revision, reason, evidence, page_url, image_url,
judged_at"""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def crawl(records: Records) -> Iterator[Crawled]:
    with crawling(records) as crawl:
        yield crawl


def test_a_refusal_has_exactly_the_promised_fields(crawl: Crawled) -> None:
    crawl.record(crawl.refused(PAGE, "http://img.example/a"))
    (found,) = list_refusals(crawl.records.db)
    shown = msgspec.json.decode(msgspec.json.encode(found))
    assert list(shown) == [each.strip() for each in FIELDS.split(",")]
    assert len(shown.pop("sighting_id")) == 36
    assert shown.pop("judged_at") > "2026"
    assert shown == {
        "run_id": crawl.run.run_id,
        "outcome": "refused",
        "filter": "image-shape",
        "filter_version": "1",
        "revision": "r1",
        "reason": "image.too-small",
        "evidence": {"side_px": 10, "needed": 200},
        "page_url": PAGE,
        "image_url": "http://img.example/a",
    }


def test_what_failed_is_listed_without_a_filter(crawl: Crawled) -> None:
    crawl.record(crawl.failed(PAGE, "http://img.example/a"))
    (found,) = list_refusals(crawl.records.db)
    assert (found.outcome, found.reason, found.filter, found.evidence) == (
        "failed",
        "fetch.failed",
        None,
        {"status": 404},
    )


def test_a_match_shows_its_day_and_nothing_of_place_or_picture(crawl: Crawled) -> None:
    crawl.record(crawl.match(PAGE, "http://img.example/a"), crawl.beside(PAGE, "http://img.example/b"))
    found = list(list_refusals(crawl.records.db))
    assert sorted(each.reason for each in found) == ["hash.on-list", "page.incident"]
    for each in found:
        shown = msgspec.json.decode(msgspec.json.encode(each))
        assert list(shown) == [name.strip() for name in FIELDS.split(",")]
        assert shown["judged_at"] == datetime.now(UTC).date().isoformat()
        assert {name for name, value in shown.items() if value is None} == {
            "revision",
            "evidence",
            "page_url",
            "image_url",
        }


def test_events_come_last_in_the_order_of_their_random_ids(crawl: Crawled) -> None:
    crawl.record(crawl.refused("http://page.example/1", "http://img.example/1"))
    for number in range(2, 8):
        page = f"http://page.example/{number}"
        crawl.record(crawl.match(page, "http://img.example/a"), crawl.beside(page, "http://img.example/b"))
    crawl.record(crawl.refused("http://page.example/9", "http://img.example/9"))
    found = list(list_refusals(crawl.records.db))
    assert [each.reason for each in found[:2]] == ["image.too-small"] * 2
    events = [each.sighting_id for each in found[2:]]
    assert len(events) == 12
    assert events == sorted(events)


@pytest.mark.parametrize(
    ("reason", "unsure", "found"),
    [
        (None, False, ["duplicate.pair", "fetch.failed", "hash.low-quality", "image.too-small"]),
        (None, True, ["hash.low-quality"]),
        ("image.too-small", False, ["image.too-small"]),
        ("image.too-small", True, []),
        ("no.such-reason", False, []),
    ],
)
def test_refusals_are_selected_by_reason_and_by_being_unsure(
    crawl: Crawled, reason: str | None, unsure: bool, found: list[str]
) -> None:
    crawl.record(
        crawl.kept(PAGE, "http://img.example/0"),
        crawl.kept(PAGE, "http://img.example/1"),
        crawl.failed(PAGE, "http://img.example/2"),
        crawl.refused(PAGE, "http://img.example/3", "hash.low-quality", outcome=Outcome.UNSURE),
        crawl.refused(PAGE, "http://img.example/4"),
    )
    assert [each.reason for each in list_refusals(crawl.records.db, reason=reason, unsure=unsure)] == found


def test_refusals_and_events_are_selected_by_run(records: Records) -> None:
    for _ in range(2):
        with crawling(records) as crawl:
            crawl.record(crawl.refused("http://page.example/1", "http://img.example/1"))
            crawl.record(crawl.match("http://page.example/2", "http://img.example/2"))
    of_last = list(list_refusals(records.db, run=crawl.run.run_id))
    assert [(each.run_id, each.reason) for each in of_last] == [
        (crawl.run.run_id, "image.too-small"),
        (crawl.run.run_id, "hash.on-list"),
    ]
    assert len(list(list_refusals(records.db, reason="hash.on-list"))) == 2


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_every_refusal_is_listed_once_however_many_fit_into_a_batch(
    crawl: Crawled, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(batches, "BATCH_ROWS", rows)
    crawl.record(*(crawl.refused(PAGE, f"http://img.example/{n}") for n in range(6)))
    assert [str(each.image_url)[-1] for each in list_refusals(crawl.records.db)] == list("012345")
