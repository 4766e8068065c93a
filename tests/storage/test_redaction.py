"""Take back what a match found late stands beside: everything that would point to it is gone, and the counts add up."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from filters.decision import FLOOR, Decision
from filters.signals.signal import Document
from filters.verdict import Outcome, Verdict
from storage.doomed_objects import delete_doomed
from storage.incident_records import IncidentRecords
from storage.incidents import Sealed, new_key_pair, unseal
from storage.redaction import Found, Redacted, of_pictures, redact
from storage.shares import Refused, Share
from storage.tables import (
    consent_document,
    event,
    incident,
    incident_key,
    ledger_body,
    ledger_record,
    measurement,
    metadata,
    pair,
    picture,
    sighting,
    tally,
    tombstone,
    withdrawn_match,
)
from storage.withdrawal import Target, TargetKind, Withdrawals
from tests.storage import samples
from tests.storage.keys import object_key
from tests.storage.one_crawl import Crawl, crawling
from tests.storage.shelving import shelved

PRIVATE, PUBLIC = new_key_pair()
KNOWN, INNOCENT, ELSEWHERE = 1, 2, 3
ON_LIST = Verdict(
    outcome=Outcome.REFUSED, filter="exact-hash", filter_version="1", revision="r1", reason="hash.on-list"
)
DECISION = Decision(verdicts=(ON_LIST,), lineup=FLOOR, epoch=2)


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path, incident_public_key=PUBLIC) as found:
        yield found


def digest_of(number: int) -> str:
    return samples.facts(samples.bytes_of(number)).digests.sha256


def key_of(number: int) -> str:
    return object_key(digest_of(number))


def held(crawl: Crawl) -> list[str]:
    """Keep a picture that will be known, beside an innocent one, and an innocent one on another page."""
    pages = [crawl.new_page(each) for each in ("with", "without")]
    crawl.record(pages[0], samples.kept(pages[0], KNOWN), samples.kept(pages[0], INNOCENT), samples.failed(pages[0], 9))
    crawl.record(pages[1], samples.kept(pages[1], ELSEWHERE))
    return pages


def found_late(crawl: Crawl, *numbers: int) -> Redacted:
    records = IncidentRecords(keys=crawl.records.keys, public_key=PUBLIC, run_id="another run")
    known = {digest_of(each): Found(facts=samples.facts(samples.bytes_of(each)), decision=DECISION) for each in numbers}
    with crawl.records.db.write() as conn:
        return redact(conn, crawl.records.ledger, records, of_pictures(known), found=known)


def tallies(crawl: Crawl) -> dict[tuple[str, str], int]:
    return {(row.outcome, row.reason): row.count for row in crawl.rows(tally)}


def text_of(crawl: Crawl, *, but_for: tuple[Table, ...] = ()) -> str:
    tables = [each for each in metadata.sorted_tables if each not in but_for]
    return "\n".join(str(tuple(row)) for each in tables for row in crawl.rows(each))


def test_the_page_of_a_match_found_late_is_taken_back_and_nothing_else(crawl: Crawl) -> None:
    held(crawl)
    assert found_late(crawl, KNOWN) == Redacted(sightings=3, matches=1, pairs=2, pictures=2)
    assert [row.sha256 for row in crawl.rows(pair)] == [digest_of(ELSEWHERE)]
    assert [row.sha256 for row in crawl.rows(picture)] == [digest_of(ELSEWHERE)]
    assert len(crawl.rows(sighting)) == 1


def test_the_counts_add_up_as_if_it_had_been_a_match(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    assert tallies(crawl) == {("stored", ""): 1, ("refused", "hash.on-list"): 1, ("unsure", "page.incident"): 2}
    assert sorted(row.reason for row in crawl.rows(event)) == ["hash.on-list", "page.incident", "page.incident"]
    assert {row.run_id for row in crawl.rows(event)} == {crawl.run.run_id}


def test_nothing_that_points_to_it_is_left_but_what_is_sealed(crawl: Crawl) -> None:
    page, _ = held(crawl)
    before = text_of(crawl)
    found_late(crawl, KNOWN)
    crawl.settle()
    after = text_of(crawl)
    for secret in (f"pictures.example/{KNOWN}.jpg", f"caption, number {KNOWN}", digest_of(KNOWN), f"example/{page}"):
        assert secret in before
        assert secret not in after
    assert samples.SECRET_HASH in after  # of the picture elsewhere, so that the search is one


def test_the_incident_says_where_it_was_found(crawl: Crawl) -> None:
    page, _ = held(crawl)
    found_late(crawl, KNOWN)
    (row,), (key,) = crawl.rows(incident), crawl.rows(incident_key)
    sealed = Sealed(record=row.sealed, data_key=key.sealed, key_id=row.key_id, form=row.form)
    opened = unseal(PRIVATE, sealed, row.event_id)
    assert (opened["run_id"], opened["page"]["url"]) == (crawl.run.run_id, f"https://pages.example/{page}")
    assert opened["picture"]["url"] == f"https://pictures.example/{KNOWN}.jpg"
    assert opened["verdict"]["reason"] == "hash.on-list"


def test_a_refused_sighting_of_it_is_a_match_too_with_what_was_kept_of_it(crawl: Crawl) -> None:
    page = crawl.new_page()
    refused = Refused(
        candidate=samples.candidate(page, KNOWN),
        fetched=None,
        decision=samples.decided("duplicates", "duplicate.image-caption-flood"),
        facts=samples.facts(samples.bytes_of(KNOWN)),
    )
    crawl.record(page, refused)
    assert found_late(crawl, KNOWN) == Redacted(sightings=1, matches=1)
    assert (crawl.rows(measurement), len(crawl.rows(withdrawn_match))) == ([], 1)
    (row,), (key,) = crawl.rows(incident), crawl.rows(incident_key)
    sealed = Sealed(record=row.sealed, data_key=key.sealed, key_id=row.key_id, form=row.form)
    opened = unseal(PRIVATE, sealed, row.event_id)
    assert opened["page"]["url"] == f"https://pages.example/{page}"


def test_the_ledger_says_of_it_only_that_its_bodies_are_blank(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    with crawl.records.db.read() as conn:
        blank = conn.execute(select(ledger_body).where(ledger_body.c.salt.is_(None))).all()
        said = conn.execute(select(ledger_record.c.header).where(ledger_record.c.segment == "incidents")).scalars()
        headers = list(said)
    assert len(blank) == 3
    assert all(row.body is None and row.segment == f"run:{crawl.run.run_id}" for row in blank)
    assert sum('"kind":"blanked"' in each for each in headers) == 3
    assert not [each for each in headers if "T" in each.partition('"time":"')[2].partition('"')[0]]


def test_verify_finds_nothing_wrong_and_no_bytes_left(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    assert {each.code for each in crawl.verify()} == {"withdrawn.bytes-left"}
    crawl.end()
    assert delete_doomed(crawl.records.db, crawl.objects) == 2
    assert crawl.verify() == []
    assert [each.key for each in crawl.objects.keys()] == [key_of(ELSEWHERE)]  # noqa: SIM118 - a store is no dict


def test_bytes_are_deleted_even_while_a_crawl_is_at_work(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    assert delete_doomed(crawl.records.db, crawl.objects) == 2
    assert not crawl.objects.exists(key_of(KNOWN))
    assert not crawl.objects.exists(key_of(INNOCENT))


def test_an_innocent_picture_that_is_stored_again_keeps_its_bytes(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    page = crawl.new_page("again")
    crawl.record(page, samples.kept(page, INNOCENT))
    delete_doomed(crawl.records.db, crawl.objects)
    assert not crawl.objects.exists(key_of(INNOCENT))  # it has them under a key of its own
    (now,) = (each.object_key for each in crawl.rows(picture) if each.sha256 == digest_of(INNOCENT))
    assert crawl.objects.exists(now)
    assert crawl.verify() == []


def test_what_was_held_is_refused_for_good_and_the_database_does_not_say_what(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    (row,) = crawl.rows(withdrawn_match)
    assert row.key == crawl.records.keys.hmac("picture", digest_of(KNOWN))


def test_a_picture_that_was_never_held_needs_no_such_row(crawl: Crawl) -> None:
    page = crawl.new_page()
    crawl.record(page, samples.match(page, KNOWN))
    assert crawl.rows(withdrawn_match) == []


def test_a_pair_of_it_that_comes_to_be_kept_is_to_be_judged_again(crawl: Crawl) -> None:
    held(crawl)
    found_late(crawl, KNOWN)
    page = crawl.new_page("again")
    receipt = crawl.record(page, samples.kept(page, KNOWN, text="another caption"))
    assert [each.value for each in receipt.results] == ["epoch-moved"]


def test_what_an_operator_had_withdrawn_before_loses_its_tombstone(crawl: Crawl) -> None:
    held(crawl)
    withdrawals = Withdrawals(crawl.records.db, crawl.records.ledger, crawl.objects)
    withdrawals.withdraw(Target(kind=TargetKind.IMAGE, value=digest_of(KNOWN)), by="ann", why="its owner asked")
    assert found_late(crawl, KNOWN) == Redacted(sightings=3, matches=1, pairs=1, pictures=1)
    assert crawl.rows(tombstone) == []
    assert len(crawl.rows(withdrawn_match)) == 1
    crawl.end()
    crawl.settle()
    assert digest_of(KNOWN) not in text_of(crawl)
    assert "its owner asked" not in text_of(crawl)
    assert crawl.verify() == []


def test_a_match_takes_back_what_was_kept_of_its_page_its_address_and_its_picture(crawl: Crawl) -> None:
    held(crawl)
    other = crawl.new_page("other")
    crawl.record(other, samples.failed(other, 7), samples.refused(other, 8))
    last = crawl.new_page("last")
    known = samples.match(last, 7)  # the address that failed on the other page
    crawl.record(last, known, samples.beside(last, 10))
    assert {row.page_id for row in crawl.rows(sighting)}.isdisjoint({other, last})
    assert tallies(crawl)["unsure", "page.incident"] == 3
    again = crawl.new_page("again")
    receipt = crawl.record(again, samples.match(again, KNOWN))
    assert receipt.left_objects
    assert [row.sha256 for row in crawl.rows(pair)] == [digest_of(ELSEWHERE)]
    crawl.end()
    delete_doomed(crawl.records.db, crawl.objects)
    assert crawl.verify() == []


def test_the_same_page_in_another_run_is_taken_back_too(tmp_path: Path) -> None:
    with crawling(tmp_path, incident_public_key=PUBLIC) as first:
        page = first.new_page("p")
        first.record(page, samples.kept(page, INNOCENT))
        first.end()
    with crawling(tmp_path, incident_public_key=PUBLIC) as second:
        here = second.new_page("p")
        match: Any = samples.match(here, KNOWN)
        same = samples.at_url(match, f"https://pages.example/{page}")
        second.record(here, same)
        assert second.rows(pair) == second.rows(sighting) == []
        assert sorted((row.run_id == second.run.run_id, row.reason, row.count) for row in second.rows(tally)) == [
            (False, "page.incident", 1),
            (True, "hash.on-list", 1),
        ]
        second.end()
        delete_doomed(second.records.db, second.objects)
        assert second.verify() == []


@pytest.mark.parametrize(("body", "left"), [(b"Sitemap: https://pictures.example/map.xml", 0), (b"User-agent: *", 1)])
def test_a_document_that_would_name_the_host_goes_too(crawl: Crawl, body: bytes, left: int) -> None:
    page = crawl.new_page()
    document = Document(sha256=hashlib.sha256(body).hexdigest(), kind="robots.txt", body=body)
    kept = samples.kept(page, KNOWN)
    heard = tuple(replace(each, evidence={"document": document.sha256}) for each in kept.pair.decision.verdicts)
    heard_of = replace(kept, pair=replace(kept.pair, decision=replace(kept.pair.decision, verdicts=heard)))
    put = shelved(crawl.records.db, crawl.recorder, crawl.objects, [heard_of])
    share = Share(page_id=page, entries=tuple(put), last=True, documents=(document,))
    crawl.recorder.submit(share).result(timeout=60)
    assert len(crawl.rows(consent_document)) == 1
    found_late(crawl, KNOWN)
    assert len(crawl.rows(consent_document)) == left
