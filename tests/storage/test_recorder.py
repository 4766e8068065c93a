import hashlib
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from filters.decision import pair_id
from filters.verdict import Outcome
from storage.checkpoints import CHECKPOINTS_FILE
from storage.doomed_objects import delete_doomed
from storage.drafts import sighting_keys
from storage.errors import CheckpointsMissing, SecretInTheClear, UnknownPage
from storage.frontier import NewPage, PageState
from storage.held_hashes import HeldHashes
from storage.identifiers import new_id
from storage.incidents import Sealed, new_key_pair, unseal
from storage.operators import record_act
from storage.shares import Entry, Match, Refused, Result, Share
from storage.tables import (
    event,
    incident,
    incident_key,
    ledger_body,
    ledger_record,
    page,
    pair,
    picture,
    sighting,
    tally,
    tombstone,
)
from tests import past_rules
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl, crawling


def state_of(crawl: Crawl, page_id: str) -> str:
    return next(str(row.state) for row in crawl.rows(page) if row.id == page_id)


def everything_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir() if each.is_file())


def change_a_gate(crawl: Crawl) -> None:
    with crawl.records.db.write() as conn:
        record_act(conn, crawl.records.ledger, what="blocklist.add", subject="ours@1", by="ada", why="test", body={})


def bury(crawl: Crawl, kind: str, key: str) -> None:
    grave = {"id": new_id(), "kind": kind, "key": key, "why": "asked for", "by": "ada", "at": datetime.now(UTC)}
    with crawl.records.db.write() as conn:
        conn.execute(insert(tombstone).values(**grave))


def test_a_clean_pair_is_stored_with_its_picture_and_its_decision(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    kept = samples.kept(page_id, 1)
    receipt = crawl.record(page_id, kept)
    assert (receipt.results, receipt.page_done, receipt.epoch) == ((Result.STORED,), True, 1)
    stored, seen, shown = crawl.rows(pair)[0], crawl.rows(sighting)[0], crawl.rows(picture)[0]
    assert (stored.id, stored.sighting_id, stored.state) == (kept.pair.pair_id, seen.id, "kept")
    assert stored.id == pair_id(shown.sha256, "a caption, number 1")
    assert (seen.outcome, seen.reason, seen.candidate["text"]) == ("stored", None, "a caption, number 1")
    assert [each["filter"] for each in seen.verdicts] == list(samples.LINEUP)
    assert (seen.page_host, seen.image_host) == ("pages.example", "pictures.example")
    assert shown.facts["digests"]["size_bytes"] == len(samples.bytes_of(1))
    assert state_of(crawl, page_id) == PageState.DONE


def test_a_refusal_keeps_the_address_but_no_caption_and_no_near_hash(crawl: Crawl, tmp_path: Path) -> None:
    page_id = crawl.new_page()
    assert crawl.record(page_id, samples.refused(page_id, 1), samples.unsure(page_id, 2)).results == (
        Result.RECORDED,
        Result.RECORDED,
    )
    refused, unsure = crawl.rows(sighting)
    assert (refused.outcome, refused.filter, refused.reason) == ("refused", "alt-text", "alt.too-short")
    assert (refused.filter_version, refused.revision, refused.fetched) == ("3", "list@7", None)
    assert (unsure.outcome, unsure.reason) == ("unsure", "hash.low-quality")
    assert unsure.fetched["hops"][0]["url"] == unsure.image_url == "https://pictures.example/2.jpg"
    assert refused.candidate is None
    assert unsure.candidate is None
    crawl.end()
    crawl.records.db.close()
    content = everything_in(tmp_path)
    assert b"a caption" not in content
    assert samples.SECRET_HASH.encode() not in content


def test_bytes_that_never_arrived_are_failed_and_have_no_verdict(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.failed(page_id, 1))
    row = crawl.rows(sighting)[0]
    assert (row.outcome, row.reason, row.filter, row.verdicts) == ("failed", "fetch.failed", None, [])
    assert row.evidence == {"status": 404}


def test_a_picture_without_an_address_is_recorded_as_digest_and_length(crawl: Crawl, tmp_path: Path) -> None:
    page_id = crawl.new_page()
    uri = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"
    crawl.record(page_id, samples.refused(page_id, 1, image_url=uri))
    row = crawl.rows(sighting)[0]
    assert row.image_url == f"data:;sha256={hashlib.sha256(uri.encode()).hexdigest()};length={len(uri)}"
    assert row.image_host == ""
    crawl.end()
    crawl.records.db.close()
    assert b"iVBORw0KGgo" not in everything_in(tmp_path)


def test_every_decision_is_in_the_ledger_of_its_run(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1), samples.refused(page_id, 2), samples.failed(page_id, 3))
    segment = f"run:{crawl.run.run_id}"
    for row in crawl.rows(sighting):
        with crawl.records.db.read() as conn:
            record = conn.execute(select(ledger_record).where(ledger_record.c.subject == row.id)).one()
            same = (ledger_body.c.segment == segment) & (ledger_body.c.sequence == record.sequence)
            body = json.loads(conn.execute(select(ledger_body.c.body).where(same)).scalar_one())
        header = json.loads(record.header)
        assert (record.segment, header["kind"], header["subject"]) == (segment, "decision", row.id)
        assert (header["outcome"], header["reason"], header["epoch"]) == (row.outcome, row.reason, 1)
        assert header["settings_digest"] == crawl.run.settings_digest
        assert (body["page_url"], body["image_url"], body["verdicts"]) == (row.page_url, row.image_url, row.verdicts)
        assert "a caption" not in json.dumps(body)


def test_tallies_count_what_was_recorded(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(
        page_id, samples.refused(page_id, 1), samples.refused(page_id, 2), samples.kept(page_id, 3), last=False
    )
    crawl.record(page_id, samples.refused(page_id, 4), samples.failed(page_id, 5))
    with crawl.records.db.read() as conn:
        counts = {tuple(row) for row in conn.execute(select(tally.c.outcome, tally.c.reason, tally.c.count))}
    assert counts == {("stored", "", 1), ("refused", "alt.too-short", 3), ("failed", "fetch.failed", 1)}


def test_the_same_share_again_changes_nothing(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    entries: list[Entry] = [samples.kept(page_id, 1), samples.refused(page_id, 2), samples.failed(page_id, 3)]
    tables = ("sighting", "pair", "tally", "ledger_record", "picture")
    crawl.record(page_id, *entries)
    before = crawl.counts(*tables)
    assert set(crawl.record(page_id, *entries).results) == {Result.ALREADY}
    assert crawl.counts(*tables) == before
    assert crawl.verify() == []


def test_the_same_candidate_twice_in_a_share_is_one_sighting(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    twice = samples.refused(page_id, 1)
    assert crawl.record(page_id, twice, twice).results == (Result.RECORDED, Result.ALREADY)
    assert crawl.counts("sighting") == (1,)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_pair_that_is_there_is_linked_as_a_further_sighting(crawl: Crawl, at_once: bool) -> None:
    first_page, second_page = crawl.new_page("1"), crawl.new_page("2")
    first = samples.kept(first_page, 1)
    if at_once:
        second = samples.kept(first_page, 2, body=samples.bytes_of(1), text="a caption, number 1")
        results = crawl.record(first_page, first, second).results
    else:
        second = samples.kept(second_page, 2, body=samples.bytes_of(1), text="a caption, number 1")
        results = (
            *crawl.record(first_page, first, last=False).results,
            *crawl.record(second_page, second).results,
        )
    assert results == (Result.STORED, Result.DUPLICATE)
    _, further = crawl.rows(sighting)
    assert (further.outcome, further.filter, further.reason) == ("refused", "duplicates", "duplicate.pair")
    assert further.pair_id == first.pair.pair_id
    assert further.candidate["image_url"] == "https://pictures.example/2.jpg"
    assert [each["filter"] for each in further.verdicts] == list(samples.LINEUP)
    assert crawl.counts("pair", "picture") == (1, 1)


@pytest.mark.parametrize("at_once", [True, False])
def test_captions_that_were_judged_at_the_same_time_cannot_flood_a_picture(tmp_path: Path, at_once: bool) -> None:
    with crawling(tmp_path, max_captions_per_image=2) as crawl:
        page_id = crawl.new_page()
        captions = [samples.kept(page_id, n, body=samples.bytes_of(1), text=f"caption number {n}") for n in range(4)]
        shares: list[list[Entry]] = [list(captions)] if at_once else [[each] for each in captions]
        results = [result for share in shares for result in crawl.record(page_id, *share, last=False).results]
        assert results == [Result.STORED, Result.STORED, Result.FLOODED, Result.FLOODED]
        refused = crawl.rows(sighting)[-1]
        assert (refused.reason, refused.evidence) == ("duplicate.image-caption-flood", {"captions": 3, "needed": 2})
        assert refused.candidate is None
        assert crawl.counts("pair") == (2,)


@pytest.mark.parametrize("at_once", [True, False])
def test_pictures_that_were_judged_at_the_same_time_cannot_flood_a_caption(tmp_path: Path, at_once: bool) -> None:
    with crawling(tmp_path, max_pictures_per_caption=2) as crawl:
        page_id = crawl.new_page()
        pictures = [samples.kept(page_id, n, body=samples.bytes_of(n), text="one caption") for n in range(4)]
        shares: list[list[Entry]] = [list(pictures)] if at_once else [[each] for each in pictures]
        results = [result for share in shares for result in crawl.record(page_id, *share, last=False).results]
        assert results == [Result.STORED, Result.STORED, Result.CAPTION_FLOODED, Result.CAPTION_FLOODED]
        refused = crawl.rows(sighting)[-1]
        assert (refused.filter, refused.reason) == ("caption-frequency", "duplicate.caption-flood")
        assert refused.evidence == {"pictures": 3, "needed": 2}
        assert (refused.candidate, refused.pair_id) == (None, None)
        assert crawl.counts("pair") == (2,)


def test_pair_that_is_held_already_is_no_further_picture_of_its_caption(tmp_path: Path) -> None:
    with crawling(tmp_path, max_pictures_per_caption=1) as crawl:
        page_id = crawl.new_page()
        twice = [samples.kept(page_id, n, body=samples.bytes_of(1), text="one caption") for n in range(2)]
        assert crawl.record(page_id, *twice, last=False).results == (Result.STORED, Result.DUPLICATE)


@pytest.mark.parametrize(("digest_given", "linked"), [(True, True), (False, False)])
def test_what_the_filter_refused_as_a_duplicate_is_linked_too(crawl: Crawl, digest_given: bool, linked: bool) -> None:
    page_id = crawl.new_page()
    first = samples.kept(page_id, 1)
    crawl.record(page_id, first, last=False)
    found = samples.candidate(page_id, 2, text="a caption, number 1")
    crawl.record(
        page_id,
        Refused(
            candidate=found,
            fetched=samples.fetched(found.image_url),
            decision=samples.decided("duplicates", "duplicate.pair"),
            facts=first.pair.facts if digest_given else None,
        ),
    )
    further = crawl.rows(sighting)[1]
    assert (further.pair_id == first.pair.pair_id) is linked
    assert (further.candidate is not None) is linked
    assert crawl.verify() == []


def test_one_picture_may_be_in_many_pairs(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    again = samples.kept(page_id, 2, body=samples.bytes_of(1))
    assert crawl.record(page_id, samples.kept(page_id, 1), again).results == (Result.STORED, Result.STORED)
    assert crawl.counts("pair", "picture") == (2, 1)


@pytest.mark.parametrize("kind", ["picture", "pair"])
def test_what_was_withdrawn_stays_out_and_keeps_no_caption(crawl: Crawl, kind: str) -> None:
    page_id = crawl.new_page()
    kept = samples.kept(page_id, 1)
    bury(crawl, kind, kept.pair.facts.digests.sha256 if kind == "picture" else kept.pair.pair_id)
    assert crawl.record(page_id, kept).results == (Result.TOMBSTONED,)
    row = crawl.rows(sighting)[0]
    assert (row.outcome, row.reason, row.candidate) == ("refused", "withdrawn.tombstone", None)
    assert crawl.counts("pair", "picture") == (0, 0)


def test_nothing_of_a_share_is_recorded_when_a_gate_has_changed(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    change_a_gate(crawl)
    receipt = crawl.record(page_id, samples.refused(page_id, 1), samples.kept(page_id, 2))
    assert (set(receipt.results), receipt.page_done, receipt.epoch) == ({Result.EPOCH_MOVED}, False, 2)
    assert crawl.counts("sighting", "pair", "tally") == (0, 0, 0)
    assert state_of(crawl, page_id) == PageState.LEASED
    again = crawl.record(page_id, samples.refused(page_id, 1), samples.kept(page_id, 2, epoch=2))
    assert (again.results, again.page_done) == ((Result.RECORDED, Result.STORED), True)


def test_what_was_recorded_before_a_gate_changed_stays(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.kept(page_id, 1), last=False)
    change_a_gate(crawl)
    assert crawl.record(page_id, samples.kept(page_id, 1)).results == (Result.ALREADY,)


def test_a_match_becomes_an_event_and_a_sealed_incident_and_nothing_else(tmp_path: Path) -> None:
    private, public = new_key_pair()
    with crawling(tmp_path, incident_public_key=public) as crawl:
        page_id = crawl.new_page()
        crawl.record(page_id, samples.match(page_id, 77), samples.beside(page_id, 78), samples.beside(page_id, 79))
        assert crawl.counts("sighting", "pair", "picture", "event", "incident") == (0, 0, 0, 3, 1)
        sealed = crawl.rows(incident)[0]
        assert sealed.due == crawl.rows(event)[0].day + timedelta(days=3)
        data_key = crawl.rows(incident_key)[0].sealed
        found = unseal(private, Sealed(record=sealed.sealed, data_key=data_key), sealed.event_id)
        assert found["picture"]["url"] == "https://pictures.example/77.jpg"
        assert found["digests"]["sha256"] == hashlib.sha256(samples.bytes_of(77)).hexdigest()
        assert "a caption" not in json.dumps(found)
        assert found["event_id"] == sealed.event_id
        shown = crawl.runs.show(crawl.run.run_id)
        assert (shown.refused, shown.unsure) == ({"hash.on-list": 1}, {"page.incident": 2})
        crawl.end()
        crawl.records.db.close()
        content = everything_in(tmp_path)
        digest = hashlib.sha256(samples.bytes_of(77)).hexdigest().encode()
        for secret in (b"pictures.example", b"a caption", samples.SECRET_HASH.encode(), digest):
            assert secret not in content


def test_the_ledger_says_of_an_event_neither_where_nor_when_but_the_day(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.match(page_id, 1), samples.beside(page_id, 2))
    with crawl.records.db.read() as conn:
        here = ledger_record.c.segment == "incidents"
        headers = [json.loads(each) for each in conn.execute(select(ledger_record.c.header).where(here)).scalars()]
        bodies = conn.execute(select(ledger_body.c.body).where(ledger_body.c.segment == "incidents")).scalars().all()
    days = {str(row.day) for row in crawl.rows(event)}
    for header in headers:
        assert header["time"] in days
        assert (header["epoch"], header["settings_digest"]) == (None, None)
    assert {header["subject"] for header in headers} == {row.id for row in crawl.rows(event)}
    body_fields = [set(json.loads(each)) for each in bodies]
    common = {"filter", "filter_version", "reason", "day"}
    assert body_fields == [common | {"sealed_sha256", "due"}, common]
    assert date.fromisoformat(headers[0]["time"])


@pytest.mark.only("sqlite", why="on PostgreSQL hidden columns tell it to who may read a whole table")
@pytest.mark.parametrize("table", [event, incident, ledger_record, ledger_body], ids=lambda each: str(each.name))
def test_no_hidden_row_number_tells_the_order_of_events(crawl: Crawl, table: Table) -> None:
    with crawl.records.db.read() as conn, pytest.raises(OperationalError, match="no such column: rowid"):
        conn.execute(text(f"SELECT rowid FROM {table.name}"))  # noqa: S608 - names of our own tables


@pytest.mark.parametrize("match", [samples.match_of_words, samples.match_of_scores], ids=["words", "scores"])
def test_what_no_list_vouches_for_is_sealed_and_not_due(tmp_path: Path, match: Callable[[str, int], Match]) -> None:
    private, public = new_key_pair()
    with crawling(tmp_path, incident_public_key=public) as crawl:
        page_id = crawl.new_page()
        crawl.record(page_id, match(page_id, 1), samples.beside(page_id, 2))
        assert crawl.counts("sighting", "pair", "picture", "measurement", "event", "incident") == (0, 0, 0, 0, 2, 1)
        sealed, key = crawl.rows(incident)[0], crawl.rows(incident_key)[0].sealed
        record = unseal(private, Sealed(record=sealed.sealed, data_key=key, form=sealed.form), sealed.event_id)
    assert sealed.due is None
    assert record["verdict"]["reason"] in ("safety.minor-term", "safety.minor")
    assert record["picture"]["url"] == samples.candidate(page_id, 1).image_url
    assert samples.candidate(page_id, 1).text not in str(record)


@pytest.mark.parametrize("match", [samples.match_of_words, samples.match_of_scores], ids=["words", "scores"])
def test_match_by_words_takes_back_what_its_page_had_and_nothing_of_others(
    tmp_path: Path, match: Callable[[str, int], Match]
) -> None:
    """Anybody can write of anybody's picture: another page that shows the same address, or the same bytes, stays."""
    with crawling(tmp_path) as crawl:
        earlier, other, page_id = crawl.new_page("1"), crawl.new_page("2"), crawl.new_page("3")
        words = match(page_id, 1)
        same = words.candidate.image_url
        crawl.record(earlier, samples.refused(earlier, 5), samples.kept(earlier, 6))
        crawl.record(other, samples.kept(other, 1), samples.refused(other, 8, image_url=same), samples.kept(other, 7))
        crawl.record(page_id, samples.at_url(words, f"https://pages.example/{earlier}"))
        assert {each.page_id for each in crawl.rows(sighting)} == {other}
        assert crawl.counts("pair", "picture", "event", "incident", "withdrawn_match") == (2, 2, 3, 1, 0)
        assert {each.sha256 for each in crawl.rows(pair)} >= {hashlib.sha256(samples.bytes_of(1)).hexdigest()}
        crawl.end()
        delete_doomed(crawl.records.db, crawl.objects)
        assert crawl.verify() == []


def test_hashes_of_a_picture_that_only_a_match_by_words_showed_are_forgotten(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        earlier, other = crawl.new_page("1"), crawl.new_page("2")
        crawl.record(earlier, samples.kept(earlier, 1), samples.kept(earlier, 6))
        crawl.record(other, samples.kept(other, 7))
        held = HeldHashes(crawl.records.db)
        held.refresh()
        for number in (1, 7):  # the second one another page shows too
            page_id = crawl.new_page(f"match {number}")
            match = samples.match_of_scores(page_id, number)
            crawl.record(page_id, samples.at_url(match, f"https://pages.example/{earlier}"))
        left = held.digests()
        assert hashlib.sha256(samples.bytes_of(1)).hexdigest() not in left
        assert hashlib.sha256(samples.bytes_of(7)).hexdigest() in left


def test_a_match_is_not_recorded_twice(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    for expected in (Result.RECORDED, Result.ALREADY):
        assert set(crawl.record(page_id, samples.match(page_id, 1), samples.beside(page_id, 2)).results) == {expected}
    assert crawl.counts("event", "incident") == (2, 1)


@pytest.mark.parametrize("last", [True, False])
def test_a_match_never_shares_a_transaction_with_sightings_of_its_page(last: bool) -> None:
    entries = (samples.match("p", 1), samples.refused("p", 2) if last else samples.beside("p", 2))
    with pytest.raises(ValueError, match="last share"):
        Share(page_id="p", entries=entries, last=last)


def test_a_share_is_of_one_page() -> None:
    with pytest.raises(ValueError, match="of its page"):
        Share(page_id="p", entries=(samples.refused("another", 1),), last=True)


def test_a_match_that_is_handed_in_as_a_refusal_is_not_recorded(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    wrong = Refused(
        candidate=samples.candidate(page_id, 1), fetched=None, decision=samples.decided("near-hash", "hash.near-list")
    )
    with pytest.raises(SecretInTheClear):
        crawl.record(page_id, wrong)
    assert crawl.counts("sighting", "tally") == (0, 0)


def test_a_share_that_fails_does_not_spoil_the_others_and_says_so(
    crawl: Crawl, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [crawl.new_page(str(each)) for each in range(5)]
    shares = [samples.share(each, samples.refused(each, number)) for number, each in enumerate(pages)]
    shares[2] = samples.share("no such page", samples.refused("no such page", 2))
    with caplog.at_level(logging.DEBUG):
        futures = [crawl.recorder.submit(each) for each in shares]
        wait(futures, timeout=WAIT_S)
    assert [type(each.exception(timeout=0)) for each in futures] == [type(None)] * 2 + [UnknownPage] + [type(None)] * 2
    assert crawl.counts("sighting") == (4,)
    assert [each.message for each in caplog.records if each.name == "storage.recorder"] == [
        "could not record: UnknownPage"
    ]
    assert "example" not in caplog.text
    assert crawl.rows(sighting)
    crawl.end()


def test_a_share_is_recorded_whole_or_not_at_all(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    folder = crawl.records.db.folder
    with past_rules.refusing_rows(folder, "ledger_body"), pytest.raises(DBAPIError, match="no more rows"):
        crawl.record(page_id, samples.refused(page_id, 1), samples.kept(page_id, 2))
    assert crawl.counts("sighting", "tally") == (0, 0)
    assert state_of(crawl, page_id) == PageState.LEASED


def test_a_page_of_another_run_is_unknown(crawl: Crawl, tmp_path: Path) -> None:
    page_id = crawl.new_page()
    with crawl.records.db.write() as conn:
        conn.execute(text("UPDATE page SET run_id = (SELECT id FROM run LIMIT 1)"))
    (tmp_path / "other").mkdir()
    with crawling(tmp_path / "other") as other, pytest.raises(UnknownPage):
        other.record(page_id, samples.refused(page_id, 1))


def test_pages_are_added_leased_and_failed_in_the_thread_of_the_recorder(crawl: Crawl) -> None:
    recorder = crawl.recorder
    found = [NewPage(url=f"https://pages.example/{each}", depth=0, seed="s") for each in range(3)]
    assert recorder.submit_pages(found).result(WAIT_S) == 3
    leased = recorder.lease_pages(2).result(WAIT_S)
    assert len(leased) == 2
    recorder.fail_page(leased[0].page_id, "fetch.failed").result(WAIT_S)
    row = next(row for row in crawl.rows(page) if row.id == leased[0].page_id)
    assert (row.state, row.failure) == ("failed", "fetch.failed")


def test_what_is_handed_in_cannot_be_cancelled(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    future = crawl.recorder.submit(samples.share(page_id, samples.refused(page_id, 1)))
    assert not future.cancel()
    assert future.result(WAIT_S).results == (Result.RECORDED,)


def test_an_empty_last_share_ends_its_page(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    assert crawl.record(page_id).page_done
    assert state_of(crawl, page_id) == PageState.DONE


def test_what_was_handed_in_before_close_is_recorded_and_signed(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    futures = [
        crawl.recorder.submit(samples.share(page_id, samples.refused(page_id, each), last=False)) for each in range(300)
    ]
    crawl.recorder.close()
    assert all(each.done() for each in futures)
    last = list(crawl.checkpoints.lines())[-1].checkpoint
    assert last is not None
    assert last.segments[f"run:{crawl.run.run_id}"][0] == 301
    with pytest.raises(RuntimeError, match="closed"):
        crawl.recorder.submit(samples.share(page_id))


def test_the_ledger_is_signed_while_nothing_more_comes(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.refused(page_id, 1))
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and not any(
        line.checkpoint and line.checkpoint.segments.get(f"run:{crawl.run.run_id}", (0, ""))[0] == 2
        for line in crawl.checkpoints.lines()
    ):
        pass
    assert time.monotonic() < deadline


def test_when_the_ledger_cannot_be_signed_nothing_more_is_recorded(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        page_id = crawl.new_page()
        (tmp_path / CHECKPOINTS_FILE).rename(tmp_path / "away")
        crawl.record(page_id, samples.refused(page_id, 1), last=False)
        number = 1

        def goes_on() -> bool:
            nonlocal number
            number += 1
            try:
                crawl.record(page_id, samples.refused(page_id, number), last=False)
            except CheckpointsMissing:
                return False
            return number < 100_000

        while goes_on():
            pass
        assert number < 100_000
        with pytest.raises(CheckpointsMissing):
            crawl.recorder.close()
        (tmp_path / "away").rename(tmp_path / CHECKPOINTS_FILE)
        crawl.recorder._trouble = None


def test_keys_of_a_candidate_say_nothing_without_the_hmac_key(crawl: Crawl) -> None:
    found = samples.candidate("p", 1)
    image_key, text_key = sighting_keys(crawl.records.keys, found)
    assert image_key != hashlib.sha256(found.image_url.encode()).hexdigest()
    assert text_key != hashlib.sha256(found.text.encode()).hexdigest()


@pytest.mark.parametrize(
    "changes", [{"outcome": Outcome.UNSURE}, {"outcome": Outcome.CLEAN, "reason": None}], ids=["unsure", "clean"]
)
def test_a_match_needs_the_verdict_that_refused_it(crawl: Crawl, changes: dict[str, Any]) -> None:
    page_id = crawl.new_page()
    found = samples.match(page_id, 1)
    *before, last = found.decision.verdicts
    verdicts = (*before, replace(last, **changes))
    with pytest.raises(SecretInTheClear):
        crawl.record(page_id, replace(found, decision=replace(found.decision, verdicts=verdicts)))
    assert crawl.counts("event", "incident") == (0, 0)


def test_a_share_and_a_page_show_no_address(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    share = samples.share(page_id, samples.refused(page_id, 1), samples.kept(page_id, 2))
    assert "example" not in repr(share)
    assert "caption" not in repr(share.entries)
    assert "pictures" not in repr(share.entries)
    assert repr(samples.match(page_id, 3)) == "<Match>"
