"""A re-scan ends where a fresh crawl with today's lists and thresholds would."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from filters.facts import Facts
from filters.lineup import Thresholds, build_lineup
from filters.verdict import Outcome
from storage.doomed_objects import delete_doomed
from storage.errors import NotReady
from storage.hash_lists import HashLists
from storage.held_hashes import HeldHashes
from storage.material import load_material
from storage.rescan_course import Course
from storage.rescan_judging import Judges
from storage.rescan_records import Plan, RescanState
from storage.rescan_subjects import last_pair, pairs_after
from storage.shares import Refused, Result
from storage.tables import (
    event,
    gate_change,
    incident,
    ledger_body,
    measurement,
    pair,
    picture,
    rescan,
    sighting,
    tombstone,
    withdrawn_match,
)
from storage.withdrawal import Target, TargetKind, Withdrawals
from tests.storage import samples
from tests.storage.held_again import PUBLIC, Collection, collection, digest_of, facts, flipped, hash_of


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Collection]:
    with collection(tmp_path) as found:
        found.list_()
        yield found


def pictures(held: Collection) -> set[str]:
    return {row.sha256 for row in held.crawl.rows(picture)}


def inverted(value: str) -> str:
    return f"{int(value, 16) ^ ((1 << 256) - 1):064x}"


LATER = [
    pytest.param("sha256", digest_of(2), id="sha256"),
    pytest.param("md5", facts(2).digests.md5, id="md5"),
    pytest.param("sha1", facts(2).digests.sha1, id="sha1"),
    pytest.param("pdq", hash_of(2, 0), id="pdq"),
    pytest.param("pdq", flipped(hash_of(2, 0), 31), id="pdq at the edge"),
    pytest.param("pdq", hash_of(2, 1), id="second frame"),
    pytest.param("pdq", hash_of(2, 0, 5), id="orientation"),
    pytest.param("pdq", inverted(hash_of(2, 0)), id="inverted"),
    pytest.param("phash16", hash_of(2, 0, "phash16"), id="phash16"),
    pytest.param("phash16", flipped(hash_of(2, 1, "phash16"), 31), id="phash16 of the second frame"),
]


@pytest.mark.parametrize("each", [0, 1000], ids=["nominated", "one by one"])
@pytest.mark.parametrize(("kind", "value"), LATER)
def test_what_a_list_has_since_is_taken_back_with_its_page(held: Collection, kind: str, value: str, each: int) -> None:
    held.each = each
    held.see(1, 2)
    held.see(3)
    held.rescan()  # from here on only what a list nominates is looked at
    held.list_((kind, value))
    done = held.rescan()
    assert (done.state, done.counts.matches, done.counts.beside_matches) == (RescanState.DONE, 1, 1)
    assert dict(done.counts.withdrawn) == {}
    assert pictures(held) == {digest_of(3)}
    assert sorted(row.reason for row in held.crawl.rows(event))[1] == "page.incident"
    assert (len(held.crawl.rows(incident)), len(held.crawl.rows(withdrawn_match))) == (1, 1)
    assert held.crawl.verify() == []


@pytest.mark.parametrize("bits", [32, 40])
def test_what_is_too_far_stays(held: Collection, bits: int) -> None:
    held.see(1, 2)
    held.list_(("pdq", flipped(hash_of(2, 0), bits)))
    done = held.rescan()
    assert (done.state, done.counts.matches, len(pictures(held))) == (RescanState.DONE, 0, 2)


def test_what_was_only_measured_is_taken_back_too(held: Collection) -> None:
    held.see(1)
    held.see(2, text="x")  # refused for its caption
    assert [row.sha256 for row in held.crawl.rows(measurement)] == [digest_of(2)]
    held.list_(("pdq", hash_of(2, 0)))
    assert held.rescan().counts.matches == 1
    assert held.crawl.rows(measurement) == []
    assert [row.sha256 for row in held.crawl.rows(sighting)] == [digest_of(1)]
    assert held.crawl.verify() == []


def test_nothing_of_a_match_is_left_in_the_file_of_hashes_nor_in_the_records(held: Collection) -> None:
    held.see(2)
    held.see(3)
    held.list_(("pdq", hash_of(2, 0)))
    held.rescan()
    file = (held.crawl.records.db.folder / "indexes" / "held.hashes").read_bytes()
    swapped = [bytes.fromhex(each) for each in (digest_of(2), hash_of(2, 0), hash_of(2, 1, "phash16"))]
    for value in swapped:
        words = [value[at : at + 4][::-1] for at in range(0, 32, 4)]
        assert not all(word in file for word in words)
    assert digest_of(2) not in str(held.crawl.rows(rescan))


def test_a_second_re_scan_looks_at_nothing_twice(held: Collection) -> None:
    held.see(1, 2)
    held.list_(("pdq", hash_of(9)))
    first = held.rescan()
    again = held.rescan()
    assert (first.counts.looked_at, again.counts.looked_at, again.since) == (
        2,
        0,
        first.epoch,
    )  # the run had no thresholds
    assert again.below == 0


def test_thresholds_that_moved_are_asked_of_everything(held: Collection) -> None:
    held.see(1, text="short one")
    held.see(2, text="a caption that is long enough")
    held.rescan()
    held.by = replace(held.by, thresholds=Thresholds(alt_min_characters=12))
    done = held.rescan()
    assert dict(done.counts.withdrawn) == {"alt.too-short": 1}
    assert pictures(held) == {digest_of(2)}
    assert [row.sha256 for row in held.crawl.rows(measurement)] == [digest_of(1)]
    assert held.crawl.verify() == []


def test_a_policy_that_reaches_farther_is_asked_of_everything(held: Collection) -> None:
    held.see(1, 2)
    held.list_(("pdq", flipped(hash_of(2, 0), 35)))
    assert held.rescan().counts.matches == 0
    lists = HashLists(held.crawl.records.db, held.crawl.records.ledger)
    lists.set_policy("real", {"pdq_bits": 40}, by="ada", why="farther")
    assert held.rescan().counts.matches == 1


def test_a_pair_from_before_any_production_list_is_cleared_or_taken_back(tmp_path: Path) -> None:
    with collection(tmp_path) as held:
        held.see(1, provisional=True)
        held.see(2, provisional=True)
        waiting = held.rescan()
        assert (waiting.state, dict(waiting.counts.not_judged)) == (RescanState.INCOMPLETE, {"list.not-ready": 2})
        assert waiting.below == 0 or waiting.below == 2
        held.list_(("pdq", hash_of(2, 0)))
        done = held.rescan()
        assert (done.state, done.counts.cleared, done.counts.matches) == (RescanState.DONE, 1, 1)
        assert [(row.state, row.epoch) for row in held.crawl.rows(pair)] == [("kept", done.epoch)]
        assert held.crawl.verify() == []


def test_what_one_list_suspects_and_another_confirms_is_to_be_reported(held: Collection) -> None:
    held.see(2)
    held.list_(("sha256", digest_of(2)), name="doubtful", category="DISPUTED")
    held.list_(("pdq", hash_of(2, 0)))
    assert held.rescan().counts.matches == 1
    assert [row.reason for row in held.crawl.rows(event)] == ["hash.near-list"]
    assert [row.due is not None for row in held.crawl.rows(incident)] == [True]


def test_what_is_gone_since_it_was_judged_is_not_withdrawn_as_well(held: Collection) -> None:
    held.see(1)
    records = held.crawl.records
    with records.db.read() as conn:
        (judged,) = pairs_after(conn, "", 10)
    Withdrawals(records.db, records.ledger, held.crawl.objects).withdraw(
        Target(kind=TargetKind.PAIR, value=judged.pair_id), by="ada", why="asked for"
    )
    course = Course(
        records.db, records.ledger, held.crawl.objects, held.records, HeldHashes(records.db), operator="ada"
    )
    course.begin(Plan(epoch=1, since=None, revisions={}, settings_digest=""), resume=False)
    course.withdraw(judged, "alt.too-short", "pairs:")
    course.clear(replace(judged, state="provisional"), 1, "pairs:")
    assert (dict(course.counts.withdrawn), course.counts.cleared) == ({}, 0)
    assert [row.why for row in held.crawl.rows(tombstone)] == ["asked for"] * 2


def withdraw(held: Collection, kind: TargetKind, value: str) -> None:
    records = held.crawl.records
    done = Withdrawals(records.db, records.ledger, held.crawl.objects).withdraw(
        Target(kind=kind, value=value), by="ada", why="a private picture"
    )
    assert done is not None


@pytest.mark.parametrize("each", [0, 1000], ids=["nominated", "one by one"])
@pytest.mark.parametrize(("kind", "value"), LATER)
def test_what_an_operator_had_withdrawn_is_compared_with_later_lists_too(
    held: Collection, kind: str, value: str, each: int
) -> None:
    held.each = each
    held.see(2, 1)
    held.see(3)
    withdraw(held, TargetKind.IMAGE, digest_of(2))
    held.rescan()
    held.list_((kind, value))
    done = held.rescan()
    assert (done.state, done.counts.matches, done.counts.beside_matches) == (RescanState.DONE, 1, 1)
    assert pictures(held) == {digest_of(3)}
    assert [row.sha256 for row in held.crawl.rows(sighting)] == [digest_of(3)]
    assert (held.crawl.rows(tombstone), len(held.crawl.rows(incident))) == ([], 1)
    assert "a private picture" not in str(held.crawl.rows(gate_change)) + str(held.crawl.rows(ledger_body))
    assert held.crawl.verify() == []


def like(number: int, of: int, bits: int, *, inverse: bool = False) -> Facts:
    """Facts of a picture that looks like another one."""
    measured = facts(number, views=1)
    assert measured.picture is not None
    seen = flipped(hash_of(of, 0), bits)
    view = replace(measured.picture.views[0], pdq=inverted(seen) if inverse else seen)
    return replace(measured, picture=replace(measured.picture, views=(view,)))


@pytest.mark.parametrize("each", [0, 1000], ids=["nominated", "one by one"])
@pytest.mark.parametrize(("bits", "inverse", "stays"), [(0, False, False), (31, True, False), (32, False, True)])
def test_copies_of_what_was_withdrawn_since_go_too(
    held: Collection, bits: int, inverse: bool, stays: bool, each: int
) -> None:
    held.each = each
    held.see(2)
    held.see(like(700, 2, bits, inverse=inverse))
    held.rescan()
    withdraw(held, TargetKind.IMAGE, digest_of(2))
    done = held.rescan()
    assert dict(done.counts.withdrawn) == ({} if stays else {"withdrawn.near": 1})
    assert pictures(held) == ({digest_of(700)} if stays else set())
    assert held.crawl.rows(measurement) == []
    assert held.rescan().counts.looked_at in (0, int(stays))
    assert held.crawl.verify() == []


def test_where_it_was_is_not_kept_for_it_may_turn_out_to_be_known_material(held: Collection) -> None:
    held.see(2, text="short one")
    held.by = replace(held.by, thresholds=Thresholds(alt_min_characters=12))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.rescan.pairs_after", _killed)
        with pytest.raises(Killed):
            held.rescan()
    assert [row.position for row in held.crawl.rows(rescan)] == ["pairs:"]
    held.rescan()
    assert [row.position for row in held.crawl.rows(rescan)] == [None, None]


def test_a_pair_that_is_gone_is_no_place_to_go_on_from(held: Collection) -> None:
    held.see(1)
    held.see(2)
    with held.crawl.records.db.read() as conn:
        first, second = conn.execute(select(pair.c.id).order_by(pair.c.id)).scalars()
        assert [last_pair(conn, each) for each in (second, f"{second[:-1]}~", f"{first[:-1]}!", "")] == [
            second,
            second if second[-1] < "~" else first,
            "",
            "",
        ]


def test_nothing_that_was_measured_and_judged_by_older_lists_is_recorded_after_a_re_scan(held: Collection) -> None:
    page_id = held.crawl.new_page()
    subject = held.subject(page_id, 2, text="x")
    decision = held.decision(subject)
    assert subject.fetched is not None
    refused = Refused(candidate=subject.candidate, fetched=subject.fetched, decision=decision, facts=subject.facts)
    held.list_(("sha256", digest_of(2)))
    held.rescan()
    assert held.crawl.record(page_id, refused).results == (Result.EPOCH_MOVED,)
    assert held.crawl.rows(measurement) == []
    now = held.decision(subject).epoch
    assert held.crawl.record(page_id, replace(refused, looked_up_at=now)).results == (Result.RECORDED,)


def test_what_was_known_once_is_asked_again_though_no_list_has_it_any_more(held: Collection) -> None:
    held.see(2)
    held.list_(("sha256", digest_of(2)))
    assert held.rescan().counts.matches == 1
    held.list_()
    page_id = held.crawl.new_page()
    subject = held.subject(page_id, 2)
    decision = samples.decided("near-hash", "hash.low-quality", Outcome.UNSURE, held.decision(subject).epoch)
    refused = Refused(candidate=subject.candidate, fetched=subject.fetched, decision=decision, facts=subject.facts)
    assert held.crawl.record(page_id, refused).results == (Result.EPOCH_MOVED,)
    by = held.by
    material = load_material(held.crawl.records.db, by.networks, False, by.max_age)
    found = Judges.of(build_lineup(by.names, by.thresholds, material)).match([subject])
    assert found is not None
    assert found.decisive is not None
    assert found.decisive.reason == "hash.withdrawn"


def _killed(*given: Any) -> None:
    raise Killed


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("when", range(6))
def test_it_comes_to_the_same_end_if_it_is_killed_and_run_again(
    held: Collection, when: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 7):
        held.see(number, text="short one" if number > 4 else None)
    held.list_(("pdq", hash_of(2, 0)), ("pdq", hash_of(3, 0)))
    held.by = replace(held.by, thresholds=Thresholds(alt_min_characters=12))
    left = when

    def killed(*given: Any, **since: Any) -> int:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return delete_doomed(*given, **since)

    with monkeypatch.context() as patch:
        for module in ("rescan", "rescan_course"):
            patch.setattr(f"storage.{module}.delete_doomed", killed)
        if when:
            with pytest.raises(Killed):
                held.rescan()
    done = held.rescan(resume=True)
    assert done.state is RescanState.DONE
    assert (done.counts.matches, dict(done.counts.withdrawn)) == (2, {"alt.too-short": 2})
    assert pictures(held) == {digest_of(1), digest_of(4)}
    assert held.crawl.verify() == []


def test_without_the_key_that_a_list_demands_nothing_is_judged(held: Collection) -> None:
    held.see(1)
    held.list_(("sha256", digest_of(1)), name="demanding")
    lists = HashLists(held.crawl.records.db, held.crawl.records.ledger)
    lists.set_policy("demanding", {"needs_incident_key": True}, by="ann", why="its terms")
    held.public_key = None
    with pytest.raises(NotReady, match="demanding@2"):
        held.rescan()
    assert pictures(held) == {digest_of(1)}
    held.public_key = PUBLIC
    held.rescan()
    assert pictures(held) == set()
