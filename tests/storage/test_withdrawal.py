"""Withdraw what operators name: nothing of it is left but a tombstone, and it does not come back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from filters.decision import Subject
from filters.facts import Private, StoredBytes
from filters.withdrawn import Withdrawn as WithdrawnFilter
from storage.doomed_objects import delete_doomed
from storage.material import load_material
from storage.pairs import list_pairs
from storage.tables import gate_change, ledger_body, measurement, pair, picture, sighting, tombstone
from storage.tombstones import Why
from storage.trails import trail_of_image, trail_of_pair
from storage.withdrawal import Held, Target, TargetKind, Withdrawals, Withdrawn, take_back
from storage.withdrawn_pairs import list_withdrawn
from tests import past_rules
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling

WHY = "its owner asked"


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    """Two pages: the first picture stands on both, under two captions; the run has ended."""
    with crawling(tmp_path) as found:
        one, two = found.new_page("1"), found.new_page("2")
        found.record(one, samples.kept(one, 1), samples.kept(one, 2), samples.failed(one, 3))
        found.record(two, samples.kept(two, 1, text="another caption"))
        found.end()
        yield found


def digest_of(number: int) -> str:
    return samples.facts(samples.bytes_of(number)).digests.sha256


def pair_of(number: int, text: str | None = None) -> str:
    return samples.kept("p", number, text=text).pair.pair_id


def withdraw(crawl: Crawl, kind: str, value: str) -> Withdrawn | None:
    withdrawals = Withdrawals(crawl.records.db, crawl.records.ledger, crawl.objects)
    return withdrawals.withdraw(Target(kind=TargetKind(kind), value=value), by="ann", why=WHY)


def left(crawl: Crawl) -> tuple[int, int, int]:
    return len(crawl.rows(pair)), len(crawl.rows(picture)), len([*crawl.objects.keys()])


def test_a_pair_goes_and_its_picture_stays_for_another_caption(crawl: Crawl) -> None:
    done = withdraw(crawl, "pair", pair_of(1))
    assert done == Withdrawn(pairs=1, pictures=0, objects=0, epoch=2)
    assert left(crawl) == (2, 2, 2)
    assert [(row.kind, row.key, row.sha256) for row in crawl.rows(tombstone)] == [("pair", pair_of(1), digest_of(1))]
    assert crawl.verify() == []


def test_a_picture_goes_with_its_last_pair(crawl: Crawl) -> None:
    assert withdraw(crawl, "pair", pair_of(2)) == Withdrawn(pairs=1, pictures=1, objects=1, epoch=2)
    assert left(crawl) == (2, 1, 1)
    assert sorted(row.kind for row in crawl.rows(tombstone)) == ["pair", "picture"]
    assert crawl.verify() == []


def test_a_picture_goes_under_every_caption(crawl: Crawl) -> None:
    assert withdraw(crawl, "image", digest_of(1)) == Withdrawn(pairs=2, pictures=1, objects=1, epoch=2)
    assert left(crawl) == (1, 1, 1)
    assert crawl.verify() == []


def test_the_address_of_a_picture_names_it_under_every_caption(crawl: Crawl) -> None:
    done = withdraw(crawl, "url", "HTTPS://pictures.example/1.jpg#here")
    assert done is not None
    assert (done.pairs, done.pictures) == (2, 1)


def test_the_address_of_a_page_names_the_pairs_found_there(crawl: Crawl) -> None:
    page = crawl.rows(sighting)[0].page_url
    done = withdraw(crawl, "url", page)
    assert done is not None
    assert (done.pairs, done.pictures) == (2, 1)
    assert [each.alt_text for each in list_pairs(crawl.records.db)] == ["another caption"]


@pytest.mark.parametrize("host", ["pages.example", "pictures.example", "EXAMPLE"])
def test_a_host_names_all_that_has_page_or_picture_there(crawl: Crawl, host: str) -> None:
    done = withdraw(crawl, "host", host)
    assert done is not None
    assert (done.pairs, done.pictures, done.objects) == (3, 2, 2)
    assert left(crawl) == (0, 0, 0)
    assert crawl.verify() == []


def test_what_a_further_sighting_said_goes_too(crawl: Crawl) -> None:
    with crawling(crawl.records.db.folder) as later:
        page = later.new_page("3")
        later.record(page, samples.kept(page, 2))
        later.end()
        assert sum(row.candidate is not None for row in later.rows(sighting)) == 4
        withdraw(later, "pair", pair_of(2))
        rows = [row for row in later.rows(sighting) if row.pair_id == pair_of(2)]
        assert [(row.candidate, row.fetched) for row in rows] == [(None, None)] * 2
        assert later.verify() == []


def test_no_words_of_it_are_left(crawl: Crawl) -> None:
    withdraw(crawl, "pair", pair_of(2))
    text = "\n".join(
        str(tuple(row)) for table in (sighting, ledger_body, picture, pair, tombstone) for row in crawl.rows(table)
    )
    assert "a caption, number 2" not in text
    assert "a caption, number 1" in text


def test_evidence_that_quotes_the_caption_is_blanked(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        page = crawl.new_page()
        kept = samples.kept(page, 1, text='said "yes"')
        verdicts = tuple(replace(each, evidence={"heard": 'said "yes"'}) for each in kept.pair.decision.verdicts)
        quoting = replace(kept.pair, decision=replace(kept.pair.decision, verdicts=verdicts))
        crawl.record(page, replace(kept, pair=quoting))
        crawl.end()
        withdraw(crawl, "pair", kept.pair.pair_id)
        assert sum(row.body is None for row in crawl.rows(ledger_body)) == 1
        assert crawl.verify() == []


def test_the_act_says_who_and_why_and_raises_the_epoch(crawl: Crawl) -> None:
    withdraw(crawl, "pair", pair_of(1))
    (change,) = [row for row in crawl.rows(gate_change) if row.what == "tombstone.add"]
    assert (change.epoch, change.by, change.why) == (2, "ann", WHY)
    assert change.subject == crawl.rows(tombstone)[0].act
    assert "tombstone.add" in crawl.records.ledger_text


def test_a_picture_is_known_by_the_digest_of_what_is_stored_of_it_too(crawl: Crawl) -> None:
    """Who has a copy of the data set has no other one."""
    with crawling(crawl.records.db.folder) as later:
        page_id = later.new_page("without-metadata")
        kept = samples.kept(page_id, 9)
        stored = StoredBytes(removed=(Private.GPS,), sha256="ab" * 32, size_bytes=kept.pair.facts.digests.size_bytes)
        later.record(page_id, replace(kept, pair=replace(kept.pair, facts=replace(kept.pair.facts, stored=stored))))
        later.end()
    trail = trail_of_image(crawl.records.db, "AB" * 32)
    assert [each.pair_id for each in trail.pairs] == [kept.pair.pair_id]
    done = withdraw(crawl, "image", "ab" * 32)
    assert done is not None
    assert (done.pairs, done.pictures) == (1, 1)
    assert trail_of_image(crawl.records.db, kept.pair.facts.digests.sha256).pairs[0].state == "withdrawn"


def test_nothing_held_is_nothing_withdrawn(crawl: Crawl) -> None:
    for kind, value in (("pair", "0" * 32), ("image", "0" * 64), ("url", "https://x.example/"), ("host", "x.example")):
        assert withdraw(crawl, kind, value) is None
    assert crawl.records.epoch == 1


def test_once_more_finds_that_it_was_withdrawn_before(crawl: Crawl) -> None:
    for kind, value in (
        ("pair", pair_of(2)),
        ("image", digest_of(2)),
        ("url", "https://pictures.example/2.jpg"),
    ):
        done = withdraw(crawl, kind, value)
        assert done is not None
        assert (done.before, done.epoch) == (kind != "pair", 2)
    withdraw(crawl, "host", "pages.example")
    assert withdraw(crawl, "host", "pages.example") == Withdrawn(pairs=0, pictures=0, epoch=3, before=True)


def test_a_crash_before_the_bytes_are_gone_is_seen_and_mended_by_the_same_again(crawl: Crawl) -> None:
    with crawl.records.db.write() as conn:
        take_back(conn, crawl.records.ledger, Held(pictures=frozenset({digest_of(2)})), Why(by="ann", why=WHY))
    assert [each.code for each in crawl.verify()] == ["withdrawn.bytes-left"]
    again = withdraw(crawl, "image", digest_of(2))
    assert again == Withdrawn(pairs=0, pictures=0, objects=1, epoch=2, before=True)
    assert crawl.verify() == []


def test_what_a_re_scan_withdraws_is_left_to_its_filter(crawl: Crawl) -> None:
    why = Why(by="ann", why="re-scan", reason="image.too-small", bars=False)
    with crawl.records.db.write() as conn:
        take_back(conn, crawl.records.ledger, Held(pairs=frozenset({pair_of(2)})), why)
    assert crawl.records.epoch == 1
    assert [(row.kind, row.reason, row.near) for row in crawl.rows(tombstone)] == [("pair", "image.too-small", None)]
    assert [row.sha256 for row in crawl.rows(measurement)] == [digest_of(2)]
    assert delete_doomed(crawl.records.db, crawl.objects) == 1
    with crawling(crawl.records.db.folder) as later:
        page = later.new_page("3")
        assert [each.value for each in later.record(page, samples.kept(page, 2)).results] == ["stored"]
        later.end()
        assert list(list_withdrawn(later.records.db)) == []
        assert later.verify() == []


def test_what_was_withdrawn_does_not_come_back_nor_does_a_copy(crawl: Crawl) -> None:
    withdraw(crawl, "image", digest_of(2))
    material = load_material(crawl.records.db, (), False, timedelta(hours=48))
    judge = WithdrawnFilter(material.withdrawn).judge
    candidate = samples.candidate("p", 5)
    same, copy = samples.facts(samples.bytes_of(2)), samples.facts(b"saved anew")
    assert judge(Subject(candidate=candidate, facts=same)).reason == "withdrawn.tombstone"
    assert judge(Subject(candidate=candidate, facts=copy)).reason == "withdrawn.near"


def test_without_the_keys_nobody_knows_what_was_withdrawn(crawl: Crawl) -> None:
    (crawl.records.db.folder / "altsieve.hmac-key").unlink()
    assert load_material(crawl.records.db, (), False, timedelta(hours=48)).withdrawn is None


def test_a_trail_tells_of_it(crawl: Crawl) -> None:
    withdraw(crawl, "image", digest_of(2))
    for trail in (trail_of_pair(crawl.records.db, pair_of(2)), trail_of_image(crawl.records.db, digest_of(2))):
        assert [(each.pair_id, each.state, each.image_sha256) for each in trail.pairs] == [
            (pair_of(2), "withdrawn", digest_of(2))
        ]
        assert [(each.kind, each.by, each.why, each.bars) for each in trail.withdrawn] == [
            ("pair", "ann", WHY, True),
            ("picture", "ann", WHY, True),
        ]
        assert [each.candidate for each in trail.sightings] == [None]


@pytest.mark.parametrize(
    ("code", "damage"),
    [
        (
            "withdrawn.words-left",
            """UPDATE sighting SET fetched = '{}' WHERE pair_id IN (SELECT key FROM tombstone WHERE kind = 'pair')""",
        ),
        (
            "withdrawn.facts-left",
            "INSERT INTO measurement SELECT key, '{}', at FROM tombstone WHERE kind = 'picture'",
        ),
        (
            "withdrawn.picture-left",
            """INSERT INTO picture (sha256, facts, object_key, stored_at)
            SELECT key, '{}', 'aa/bb/cc', at FROM tombstone WHERE kind = 'picture'""",
        ),
        (
            "withdrawn.pair-left",
            """INSERT INTO pair (id, sha256, text_digest, sighting_id, run_id, state, epoch, stored_at)
            SELECT t.key, t.sha256, '', s.id, s.run_id, 'kept', 1, t.at FROM tombstone t
            JOIN sighting s ON s.pair_id = t.key WHERE t.kind = 'pair'""",
        ),
        ("withdrawn.match-left", "INSERT INTO withdrawn_match VALUES (:known)"),
    ],
)
def test_whatever_is_left_is_found(crawl: Crawl, code: str, damage: str) -> None:
    withdraw(crawl, "image", digest_of(2))
    past_rules.change(crawl.records.db.folder, damage, known=crawl.records.keys.hmac("picture", digest_of(1)))
    found = [each for each in crawl.verify() if each.code == code]
    assert found
    assert not [each for each in found if "match" in code and digest_of(1) in f"{each.subject}{each.text}"]


def test_bytes_that_are_put_back_are_nobodys(crawl: Crawl) -> None:
    """For as long as a put that was tried before may still arrive, they are looked for without being listed."""
    withdraw(crawl, "image", digest_of(2))
    crawl.objects.put_all({samples.kept("p", 2).object_key: b"again"})
    expected = "withdrawn.bytes-left" if crawl.objects.late_s else "object.orphan"
    assert [each.code for each in crawl.verify()] == [expected]


def test_nothing_is_retained_of_it_whatever_it_is_refused_for(crawl: Crawl) -> None:
    withdraw(crawl, "image", digest_of(2))
    with crawling(crawl.records.db.folder) as later:
        page = later.new_page("3")
        facts = samples.facts(samples.bytes_of(2))
        later.record(page, replace(samples.unsure(page, 2), facts=facts))
        later.end()
        assert later.rows(measurement) == []
        assert later.verify() == []
