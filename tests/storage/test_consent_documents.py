"""The body of a document is kept once, with the first sighting that names it, and never because of a match."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import update

from filters.signals.signal import Document, Protocol, Saying, Says, Scope, Signal
from filters.verdict import Outcome, Verdict
from storage.consent_documents import KeptDocument, kept_document, named_in_row
from storage.pairs import list_pairs
from storage.shares import BesideMatch, Entry, Kept, Refused, Result, Share
from storage.tables import consent_document, page, sighting
from storage.trails import trail_of_pair
from tests.storage import samples
from tests.storage.one_crawl import WAIT_S, Crawl
from tests.storage.shelving import shelved


def document(text: str) -> Document:
    body = text.encode()
    return Document(sha256=sha256(body).hexdigest(), kind="robots.txt", body=body)


ROBOTS, TDMREP, OTHER = document("User-agent: *\nAllow: /\n"), document("[]"), document("of another host")


def signal(document: Document, scope: Scope) -> Signal:
    saying = Saying(protocol=Protocol.ROBOTS, says=Says.UNKNOWN, found_in="robots.txt", raw="no rule")
    url = "https://pages.example/robots.txt"
    return Signal(saying=saying, scope=scope, url=url, at=samples.NOON, document=document.sha256)


def kept(page_id: str, number: int) -> Kept:
    """Return one whose page and picture were asked about."""
    plain = samples.kept(page_id, number)
    visit = replace(plain.candidate.visit, consent=(signal(ROBOTS, Scope.PAGE_HOST),))
    reached = replace(plain.pair.fetched, consent=(signal(TDMREP, Scope.IMAGE_HOST),))
    pair = replace(plain.pair, candidate=replace(plain.candidate, visit=visit), fetched=reached)
    return replace(plain, pair=pair)


def refused(page_id: str, number: int) -> Refused:
    verdict = Verdict(
        outcome=Outcome.REFUSED,
        filter="consent",
        filter_version="1",
        revision="r",
        reason="consent.robots",
        evidence={"document": ROBOTS.sha256, "raw": "Disallow: /"},
    )
    plain = samples.refused(page_id, number)
    return replace(plain, decision=replace(plain.decision, verdicts=(verdict,)))


def record(crawl: Crawl, page_id: str, *entries: Entry, last: bool = True) -> tuple[Result, ...]:
    put = tuple(shelved(crawl.records.db, crawl.recorder, crawl.objects, entries))
    share = Share(page_id=page_id, entries=put, last=last, documents=(ROBOTS, TDMREP, OTHER))
    return crawl.recorder.submit(share).result(timeout=WAIT_S).results


def rewrite(crawl: Crawl, **columns: object) -> None:
    with crawl.records.db.write() as conn:
        conn.execute(update(sighting).values(**columns))


def digests(crawl: Crawl) -> set[str]:
    return {each.sha256 for each in crawl.rows(consent_document)}


def test_what_a_kept_pair_rests_on_is_kept_with_it_and_nothing_else(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    assert record(crawl, page_id, kept(page_id, 1)) == (Result.STORED,)
    assert digests(crawl) == {ROBOTS.sha256, TDMREP.sha256}
    (row,) = crawl.rows(sighting)
    assert named_in_row(row._mapping) == digests(crawl)
    assert kept_document(crawl.records.db, ROBOTS.sha256.upper()) == KeptDocument(
        sha256=ROBOTS.sha256, kind="robots.txt", size_bytes=len(ROBOTS.body), text=ROBOTS.body.decode()
    )
    assert kept_document(crawl.records.db, OTHER.sha256) is None
    assert crawl.verify() == []


def test_what_a_refusal_names_is_kept_with_it(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    assert record(crawl, page_id, refused(page_id, 1)) == (Result.RECORDED,)
    assert digests(crawl) == {ROBOTS.sha256}


def test_each_is_kept_once_whichever_page_named_it(crawl: Crawl) -> None:
    for number in range(3):
        page_id = crawl.new_page(str(number))
        record(crawl, page_id, kept(page_id, number), refused(page_id, 10 + number))
    assert len(crawl.rows(consent_document)) == 2
    assert crawl.verify() == []


@pytest.mark.parametrize("beside", [True, False])
def test_a_page_with_a_match_leaves_no_document(crawl: Crawl, tmp_path: Path, beside: bool) -> None:
    page_id = crawl.new_page()
    pair = kept(page_id, 1).pair
    matched = samples.match(page_id, 1)
    entries: list[Entry] = [replace(matched, candidate=pair.candidate, fetched=pair.fetched)]
    if beside:
        entries.append(BesideMatch(candidate=kept(page_id, 2).candidate))
    record(crawl, page_id, *entries)
    assert digests(crawl) == set()


def test_a_sighting_that_was_recorded_before_names_nothing_anew(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, refused(page_id, 1), last=False)
    assert record(crawl, page_id, refused(page_id, 1)) == (Result.ALREADY,)
    assert digests(crawl) == set()


def test_a_share_that_a_moved_epoch_holds_up_leaves_no_document(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    moved = kept(page_id, 1)
    pair = replace(moved.pair, decision=replace(moved.pair.decision, epoch=9))
    assert record(crawl, page_id, replace(moved, pair=pair)) == (Result.EPOCH_MOVED,)
    assert digests(crawl) == set()


def test_what_a_refused_page_rests_on_is_kept_with_its_end(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    evidence = {"document": ROBOTS.sha256, "raw": "Disallow: /"}
    crawl.recorder.fail_page(page_id, "consent.robots", evidence, (ROBOTS,)).result(timeout=WAIT_S)
    assert digests(crawl) == {ROBOTS.sha256}
    (ended,) = crawl.rows(page)
    assert (ended.failure, ended.failure_evidence) == ("consent.robots", evidence)


def test_what_was_recorded_before_anybody_asked_is_read_as_it_was(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    stored = kept(page_id, 1)
    record(crawl, page_id, stored)
    (row,) = crawl.rows(sighting)
    candidate = {name: each for name, each in row.candidate.items() if name != "licences"}
    candidate["visit"] = {name: each for name, each in row.candidate["visit"].items() if name != "consent"}
    fetched = {name: each for name, each in row.fetched.items() if name != "consent"}
    rewrite(crawl, candidate=candidate, fetched=fetched)
    (seen,) = trail_of_pair(crawl.records.db, stored.pair.pair_id).sightings
    assert seen.candidate is not None
    assert seen.fetched is not None
    assert (seen.candidate.visit.consent, seen.candidate.licences, seen.fetched.consent) == (None, (), None)
    (found,) = list_pairs(crawl.records.db)
    assert (found.consent, found.licence_url) == (None, None)
    rewrite(crawl, candidate=row.candidate, fetched=row.fetched)  # as the ledger has it
