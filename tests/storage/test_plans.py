"""Of twenty thousand pairs, nothing that is asked with a key reads a table from end to end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, text

from benchmarks.durable_fill import fill
from storage.database import Database
from storage.held_pairs import HeldPairs
from storage.pairs import newest_pairs
from storage.redaction import of_pictures
from storage.rescan_subjects import is_held, pairs_after, pairs_of
from storage.review_queue import accepted_of
from storage.reviews import Reviews
from storage.sightings import list_refusals, newest_refusals
from storage.tables import sighting
from storage.trails import trail_of_host, trail_of_image, trail_of_pair, trail_of_url
from storage.withdrawal_targets import Target, TargetKind, was_withdrawn, what_is_held
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling
from tests.storage.plans import noted, whole_reads

FILLED = 20_000
RECORDED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Large:
    """A crawl whose database has many more pairs than it recorded, and one sighting of them."""

    crawl: Crawl
    seen: Any

    @property
    def db(self) -> Database:
        return self.crawl.records.db


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    with crawling(tmp_path_factory.mktemp("large")) as crawl:
        page_id = crawl.new_page()
        crawl.record(page_id, *(samples.kept(page_id, number) for number in range(RECORDED)))
        fill(crawl.records.db, 0, FILLED)
        if crawl.records.db.dialect == "postgresql":  # which counts by itself; SQLite is never told to
            with crawl.records.db.write() as conn:
                conn.execute(text("ANALYZE"))
        with crawl.records.db.read() as conn:
            seen = conn.execute(select(sighting).order_by(sighting.c.id).offset(FILLED // 2).limit(1)).one()
        yield Large(crawl=crawl, seen=seen)


def record_another(large: Large) -> None:
    page_id = large.crawl.new_page("another")
    kept = samples.kept(page_id, RECORDED)
    large.crawl.record(page_id, kept, samples.kept(page_id, 1, text="another caption"), samples.refused(page_id, 3))


def with_conn(asks: Callable[[Any, Large], object]) -> Callable[[Large], None]:
    def ask(large: Large) -> None:
        with large.db.read() as conn:
            asks(conn, large)

    return ask


def held(kind: TargetKind, value: Callable[[Large], str]) -> Callable[[Large], None]:
    def ask(large: Large) -> None:
        target = Target(kind=kind, value=value(large))
        with large.db.read() as conn:
            what_is_held(conn, target)
            was_withdrawn(conn, target)

    return ask


def queue_of(large: Large) -> Reviews:
    return Reviews(db=large.db, ledger=large.crawl.records.ledger, expires_days=30)


ASKED: dict[str, Callable[[Large], object]] = {
    "record": record_another,
    "go on with a page": lambda large: large.crawl.frontier.decided_keys(large.seen.page_id),
    "held pair": lambda large: HeldPairs(large.db).holds(large.seen.pair_id),
    "captions of a picture": lambda large: HeldPairs(large.db).captions_of(large.seen.sha256),
    "pictures of a caption": lambda large: HeldPairs(large.db).pictures_of("a caption"),
    "refusals for a reason": lambda large: list(list_refusals(large.db, reason="alt.too-short")),
    "newest pairs of a host": lambda large: newest_pairs(large.db, host=large.seen.page_host),
    "newest refusals for a reason": lambda large: newest_refusals(
        large.db, reason="alt.too-short", older=large.seen.id
    ),
    "what waits for review": lambda large: queue_of(large).growth(),
    "what was accepted of a run": with_conn(lambda conn, large: list(accepted_of(conn, large.seen.run_id))),
    "trail of a pair": lambda large: trail_of_pair(large.db, large.seen.pair_id),
    "trail of a picture": lambda large: trail_of_image(large.db, large.seen.sha256),
    "trail of an address": lambda large: trail_of_url(large.db, large.seen.page_url),
    "trail of a host": lambda large: trail_of_host(large.db, large.seen.page_host),
    "withdraw a pair": held(TargetKind.PAIR, lambda large: str(large.seen.pair_id)),
    "withdraw a picture": held(TargetKind.IMAGE, lambda large: str(large.seen.sha256)),
    "withdraw an address": held(TargetKind.URL, lambda large: str(large.seen.page_url)),
    "withdraw a host": held(TargetKind.HOST, lambda large: str(large.seen.page_host)),
    "redact a picture": with_conn(
        lambda conn, large: conn.execute(select(sighting.c.id).where(of_pictures([large.seen.sha256]))).all()
    ),
    "re-scan pairs": with_conn(lambda conn, large: pairs_after(conn, large.seen.pair_id, 10)),
    "re-scan a picture": with_conn(lambda conn, large: pairs_of(conn, large.seen.sha256)),
    "ask whether a pair is held": with_conn(lambda conn, large: is_held(conn, large.seen.pair_id)),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_with_a_key_reads_no_table_from_end_to_end(large: Large, name: str) -> None:
    with noted(large.db._engine, large.db._writer) as asked:
        ASKED[name](large)
    assert asked
    with large.db.read() as conn:
        read = {statement: whole_reads(conn, statement, parameters) for statement, parameters in asked}
    assert {statement: tables for statement, tables in read.items() if tables} == {}
