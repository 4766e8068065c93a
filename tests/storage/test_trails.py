import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert, select

from filters.facts import Score
from storage import rescan_records
from storage.blocklists import Blocklists
from storage.hash_lists import HashLists
from storage.list_entries import add_entries, end_entries
from storage.list_kinds import HOSTS
from storage.list_revisions import Change, begin
from storage.rescan_records import RescanState
from storage.tables import ledger_record, tombstone
from storage.tables import rescan as rescan_table
from storage.trail_parts import Trail
from storage.trails import trail_of_host, trail_of_image, trail_of_pair, trail_of_run, trail_of_url
from tests.storage.recorded_crawl import Crawled, crawling, facts_of
from tests.storage.records import Records, opened

PAGE = "http://page.example/"
IMAGE = "http://img.example/a"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with opened(tmp_path) as records:
        yield records


@pytest.fixture
def crawl(records: Records) -> Iterator[Crawled]:
    with crawling(records) as crawl:
        yield crawl


def addresses(trail: Trail) -> list[str]:
    return [each.image_url for each in trail.sightings]


def test_the_trail_of_a_pair_tells_where_from_when_and_every_verdict(crawl: Crawled) -> None:
    kept = crawl.kept(PAGE, IMAGE)
    crawl.record(kept)
    trail = trail_of_pair(crawl.records.db, kept.pair.pair_id)
    (seen,) = trail.sightings
    assert trail.found
    assert (seen.candidate, seen.fetched, seen.facts) == (kept.candidate, kept.pair.fetched, kept.pair.facts)
    assert seen.verdicts == kept.pair.decision.verdicts
    assert (seen.page_url, seen.image_url, seen.run_id, seen.first) == (PAGE, IMAGE, crawl.run.run_id, True)
    assert [each.answered_at for each in seen.hops] == [each.answered_at for each in kept.pair.fetched.hops]
    assert [(each.pair_id, each.state) for each in trail.pairs] == [(kept.pair.pair_id, "kept")]
    assert trail.withdrawn == ()


def test_further_sightings_of_a_pair_follow_in_the_order_of_time(crawl: Crawled) -> None:
    kept = crawl.kept("http://page.example/1", IMAGE)
    crawl.record(kept)
    crawl.record(crawl.kept("http://page.example/2", "http://other.example/b"))
    trail = trail_of_pair(crawl.records.db, kept.pair.pair_id)
    assert [(each.outcome, each.reason, each.first, each.image_url) for each in trail.sightings] == [
        ("stored", None, True, IMAGE),
        ("refused", "duplicate.pair", False, "http://other.example/b"),
    ]
    assert trail.sightings[1].facts == kept.pair.facts


def test_each_sighting_says_where_the_ledger_has_it(crawl: Crawled) -> None:
    kept = crawl.kept(PAGE, IMAGE)
    crawl.record(crawl.refused(PAGE, "http://img.example/b"), kept)
    trail = trail_of_pair(crawl.records.db, kept.pair.pair_id)
    place = trail.sightings[0].ledger
    assert place is not None
    with crawl.records.db.read() as conn:
        at = (ledger_record.c.segment == place.segment) & (ledger_record.c.sequence == place.sequence)
        row = conn.execute(select(ledger_record).where(at)).one()
    assert place.hash == hashlib.sha256(b"\0" + row.header.encode()).hexdigest()
    assert trail.ledger == (place,)


def test_the_lists_in_force_are_those_of_the_epoch_it_was_judged_in(tmp_path: Path, crawl: Crawled) -> None:
    blocklists = Blocklists(crawl.records.db, crawl.records.ledger)
    crawl.record(crawl.refused("http://page.example/1", IMAGE))
    blocklists.add(["one.example"], why="x", by="ann")
    HashLists(crawl.records.db, crawl.records.ledger).add("0123456789abcdef" * 2, "md5", "ours", why="x", by="ann")
    crawl.record(crawl.refused("http://page.example/2", IMAGE))
    blocklists.add(["two.example"], why="x", by="ann")
    crawl.record(crawl.refused("http://page.example/3", IMAGE))
    assert [each.lists for each in trail_of_url(crawl.records.db, IMAGE).sightings] == [
        (),
        ("operator@1", "ours@1"),
        ("operator@2", "ours@1"),
    ]


def test_the_trail_of_a_picture_has_all_its_pairs(crawl: Crawled) -> None:
    crawl.record(
        crawl.kept(PAGE, "http://img.example/a", "a cat", body=b"1"),
        crawl.kept(PAGE, "http://img.example/b", "a dog", body=b"1"),
        crawl.kept(PAGE, "http://img.example/c", "a dog", body=b"2"),
    )
    trail = trail_of_image(crawl.records.db, facts_of(b"1").digests.sha256.upper())
    assert addresses(trail) == ["http://img.example/a", "http://img.example/b"]
    assert len(trail.pairs) == 2


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("http://img.example/a", 2),
        (" HTTP://IMG.example:80/x/../a#top ", 2),
        ("http://page.example/", 2),
        ("http://page.example", 2),
        ("http://img.example/A", 0),
        ("http://img.example/", 0),
        ("not an address", 0),
        ("", 0),
    ],
)
def test_the_trail_of_an_address_has_what_was_seen_there_as_page_or_as_picture(
    crawl: Crawled, asked: str, found: int
) -> None:
    crawl.record(crawl.refused(PAGE, IMAGE), crawl.failed(PAGE, "http://img.example/b"))
    crawl.record(crawl.kept("http://other.example/", IMAGE))
    assert len(trail_of_url(crawl.records.db, asked).sightings) == found


def test_a_data_uri_is_found_by_its_digest_and_its_content_is_not_shown(crawl: Crawled) -> None:
    uri = "data:image/png;base64,AAAABBBBCCCC#1"
    crawl.record(crawl.refused(PAGE, uri))
    trail = trail_of_url(crawl.records.db, uri)
    assert len(trail.sightings) == 1
    assert b"AAAABBBBCCCC" not in msgspec.json.encode(trail.sightings)


def test_an_address_that_matched_known_material_cannot_be_found_nor_what_stood_beside_it(crawl: Crawled) -> None:
    crawl.record(crawl.match(PAGE, IMAGE), crawl.beside(PAGE, "http://img.example/b"))
    db = crawl.records.db
    for trail in (
        trail_of_url(db, IMAGE),
        trail_of_url(db, PAGE),
        trail_of_url(db, "http://img.example/b"),
        trail_of_host(db, "img.example"),
        trail_of_host(db, "page.example"),
        trail_of_image(db, facts_of(b"m").digests.sha256),
    ):
        assert not trail.found
    of_run = trail_of_run(db, crawl.run.run_id)
    assert of_run.sightings == ()
    assert b"img.example" not in msgspec.json.encode(of_run)


def test_the_trail_of_a_host_has_pages_and_pictures_of_its_subdomains(crawl: Crawled) -> None:
    crawl.record(crawl.refused("http://www.example.org/", "http://img.example/a"))
    crawl.record(crawl.refused(PAGE, "http://cdn.example.org/b"), crawl.refused(PAGE, "http://notexample.org/c"))
    assert addresses(trail_of_host(crawl.records.db, "Example.org.")) == [
        "http://img.example/a",
        "http://cdn.example.org/b",
    ]


def test_the_trail_of_a_host_says_when_it_was_listed_by_whom_and_why(records: Records) -> None:
    blocklists = Blocklists(records.db, records.ledger)
    blocklists.add(["example.org"], why="adult", by="ann")
    blocklists.remove(["example.org"], why="sold", by="bob")
    blocklists.allow(["www.example.org"], why="a museum", by="cy")
    blocklists.add(["other.example"], why="x", by="ann")
    trail = trail_of_host(records.db, "www.example.org")
    assert trail.found
    assert [(e.host, e.action, e.why, e.by, e.list, e.since, e.until) for e in trail.listings] == [
        ("example.org", "block", "adult", "ann", "operator", 1, 2),
        ("www.example.org", "allow", "a museum", "cy", "operator", 3, None),
    ]
    assert trail.listings[0].until_at is not None
    assert trail.listings[0].until_at > trail.listings[0].since_at


def test_the_trail_of_a_run_has_all_its_sightings_and_its_own_ledger_records(records: Records) -> None:
    with crawling(records) as crawl:
        crawl.record(crawl.refused(PAGE, IMAGE), crawl.kept(PAGE, "http://img.example/b"))
    with crawling(records) as other:
        other.record(other.refused(PAGE, IMAGE))
    trail = trail_of_run(records.db, crawl.run.run_id)
    assert (addresses(trail), trail.total) == ([IMAGE, "http://img.example/b"], 2)
    assert [(each.segment, each.sequence) for each in trail.ledger] == [
        (f"run:{crawl.run.run_id}", sequence) for sequence in (0, 3, 1, 2)
    ]


def test_a_long_trail_shows_the_oldest_and_says_how_many_there_are(crawl: Crawled) -> None:
    crawl.record(*(crawl.refused(PAGE, f"http://img.example/{n}") for n in range(5)))
    trail = trail_of_run(crawl.records.db, crawl.run.run_id, most=2)
    assert (addresses(trail), trail.total) == (["http://img.example/0", "http://img.example/1"], 5)


@pytest.mark.parametrize("kind", ["pair", "picture"])
def test_what_was_withdrawn_says_so_with_who_and_why(crawl: Crawled, kind: str) -> None:
    kept = crawl.kept(PAGE, IMAGE)
    crawl.record(kept)
    sha256 = kept.pair.facts.digests.sha256
    key = kept.pair.pair_id if kind == "pair" else sha256
    with crawl.records.db.write() as conn:
        row = {"id": "t1", "kind": kind, "key": key, "why": "asked to", "by": "ann", "at": datetime.now(UTC)}
        conn.execute(insert(tombstone).values(**row))
    trail = trail_of_pair(crawl.records.db, kept.pair.pair_id)
    assert [(each.kind, each.key, each.why, each.by) for each in trail.withdrawn] == [(kind, key, "asked to", "ann")]


def test_what_failed_shows_who_answered_on_the_way(crawl: Crawled) -> None:
    crawl.record(crawl.failed(PAGE, IMAGE))
    (seen,) = trail_of_url(crawl.records.db, IMAGE).sightings
    assert (seen.outcome, seen.reason, seen.fetched, seen.verdicts) == ("failed", "fetch.failed", None, ())
    assert [each.url for each in seen.hops] == [IMAGE]


def test_nothing_is_found_of_what_was_never_seen(records: Records) -> None:
    db = records.db
    for trail in (
        trail_of_pair(db, "0" * 32),
        trail_of_image(db, "0" * 64),
        trail_of_url(db, IMAGE),
        trail_of_host(db, "never.example"),
        trail_of_run(db, "none"),
    ):
        assert (trail.found, trail.total, trail.ledger) == (False, 0, ())


def test_a_trail_can_be_written_as_json_with_the_promised_parts(crawl: Crawled) -> None:
    kept = crawl.kept(PAGE, IMAGE)
    crawl.record(kept)
    shown = msgspec.json.decode(msgspec.json.encode(trail_of_pair(crawl.records.db, kept.pair.pair_id)))
    assert {"subject", "sightings", "ledger", "withdrawn"} <= set(shown)
    assert {"candidate", "facts", "verdicts"} <= set(shown["sightings"][0])
    assert set(shown["sightings"][0]["verdicts"][0]) == {
        "filter",
        "filter_version",
        "revision",
        "outcome",
        "reason",
        "evidence",
    }


def test_the_trail_of_a_host_names_entries_of_every_kind_that_cover_its_name(records: Records) -> None:
    blocklists = Blocklists(records.db, records.ledger)
    named = ["=www.example.org", ".example.org", "example.org", ".www.example.org", "=example.org"]
    blocklists.add(named, why="x", by="ann")
    listed = {each.host for each in trail_of_host(records.db, "www.example.org").listings}
    assert listed == {"=www.example.org", ".example.org", "example.org"}


def test_what_an_import_has_left_undone_is_in_no_trail(records: Records) -> None:
    blocklists = Blocklists(records.db, records.ledger)
    blocklists.add(["example.org"], why="x", by="ann")
    with records.db.write() as conn:
        change = Change(kind=HOSTS, name="operator", origin=None, verb="remove", by="ann", why="x")
        number = begin(conn, change)
        end_entries(conn, HOSTS, number, [1])
        add_entries(
            conn, change, number, [("www.example.org",)], lambda key: {"host": key[0], "action": "block", "why": "x"}
        )
    (listed,) = trail_of_host(records.db, "www.example.org").listings
    assert (listed.host, listed.until) == ("example.org", None)


def test_a_trail_has_what_models_said_of_the_picture_and_of_each_caption(crawl: Crawled) -> None:
    calm, one, two = (
        Score(model=name, revision="r1", value=value) for name, value in (("calm", 0.1), ("fits", 1.0), ("fits", 2.0))
    )
    pairs = {text: crawl.kept("http://page.example/", "http://img.example/a", text) for text in ("a cat", "a dog")}
    scored = [
        replace(each, pair=replace(each.pair, facts=replace(each.pair.facts, safety=(calm,), fit=(fit,))))
        for each, fit in zip(pairs.values(), (one, two), strict=True)
    ]
    crawl.record(*scored)
    found = trail_of_image(crawl.records.db, scored[0].pair.facts.digests.sha256)
    assert [each.facts for each in found.sightings] == [each.pair.facts for each in scored]


def rescan(records: Records, state: RescanState = RescanState.DONE) -> datetime:
    plan = rescan_records.Plan(epoch=records.epoch, since=None, revisions={}, settings_digest="d")
    with records.db.write() as conn:
        rescan_id = rescan_records.begin(conn, plan, by="ann")
        rescan_records.end(conn, rescan_id, state, rescan_records.Counts())
    with records.db.read() as conn:
        row = conn.execute(select(rescan_table.c.finished_at).where(rescan_table.c.id == rescan_id)).one()
    ended: datetime = row.finished_at
    return ended


def test_a_pair_says_how_often_it_was_judged_again_since_it_was_stored(crawl: Crawled) -> None:
    kept = crawl.kept(PAGE, IMAGE)
    rescan(crawl.records)
    crawl.record(kept)
    (pair,) = trail_of_pair(crawl.records.db, kept.pair.pair_id).pairs
    assert (pair.rescans, pair.rescanned_at) == (0, None)
    rescan(crawl.records)
    last = rescan(crawl.records)
    rescan(crawl.records, RescanState.INCOMPLETE)
    (pair,) = trail_of_pair(crawl.records.db, kept.pair.pair_id).pairs
    assert (pair.rescans, pair.rescanned_at) == (2, last)


def test_a_trail_names_its_runs_and_who_answers_for_them(crawl: Crawled) -> None:
    crawl.record(crawl.kept(PAGE, IMAGE), crawl.refused(PAGE, "http://img.example/b"))
    (told,) = trail_of_url(crawl.records.db, PAGE).runs
    run = crawl.run
    for name in ("run_id", "spider", "operator", "contact", "code_version", "settings_digest", "started_at"):
        assert getattr(told, name) == getattr(run, name)
    assert trail_of_url(crawl.records.db, "http://nowhere.example/").runs == ()
