import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import merkle
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.folder_objects import UNFINISHED
from storage.incident_acts import Act
from storage.incident_store import Incidents
from storage.incidents import new_key_pair
from storage.keys import KeyRing
from storage.tables import ledger_record
from storage.verify import Finding, verify
from tests import past_rules
from tests.places import Place
from tests.storage import samples
from tests.storage.damages import DAMAGES, spelled_out
from tests.storage.keys import object_key
from tests.storage.one_crawl import crawling
from tests.storage.records import Records, opened

OBJECT = object_key(hashlib.sha256(samples.bytes_of(1)).hexdigest())


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is left on disk of a finished run."""

    folder: Path
    records: Records
    run_id: str

    @property
    def segment(self) -> str:
        return f"run:{self.run_id}"

    @property
    def checkpoints(self) -> Path:
        return self.folder / CHECKPOINTS_FILE

    def verify(self) -> list[Finding]:
        checkpoints = Checkpoints(self.checkpoints, self.records.keys)
        return list(verify(self.records.db, Place.of(self.folder).open_objects(), checkpoints))

    def codes(self) -> list[str]:
        return [each.code for each in self.verify()]

    def damage(self, *statements: str, **values: object) -> None:
        """Change rows as someone would who has the file, without the rules of the database."""
        past_rules.change(self.folder, *map(spelled_out, statements), segment=self.segment, **values)

    def headers(self, segment: str) -> list[str]:
        with self.records.db.read() as conn:
            query = select(ledger_record.c.header).where(ledger_record.c.segment == segment)
            return list(conn.execute(query.order_by(ledger_record.c.sequence)).scalars())


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A finished run with every kind of record: sequences 0 to 6 of its segment, 0 and 1 of the incidents."""
    folder = tmp_path_factory.mktemp("finished")
    with crawling(folder, incident_public_key=new_key_pair()[1]) as crawl:
        first, second = crawl.new_page("1"), crawl.new_page("2")
        crawl.record(first, samples.kept(first, 1), samples.kept(first, 2), last=False)
        crawl.record(first, samples.refused(first, 3), samples.unsure(first, 4), samples.failed(first, 5))
        crawl.record(second, samples.match(second, 6), samples.beside(second, 7))
        crawl.end()
        incidents = Incidents(crawl.records.db, crawl.records.ledger)
        incidents.record(incidents.list()[0].event_id, Act.CLOSED, by="grace", why="a test")
    return folder, crawl.run.run_id


@pytest.fixture
def finished(once: tuple[Path, str], tmp_path: Path) -> Iterator[Kept]:
    """A copy of it that a test may damage."""
    folder, run_id = once
    copy = Place.of(folder).copy_to(tmp_path / "copy").folder
    with opened(copy) as records:
        yield Kept(folder=copy, records=records, run_id=run_id)


def test_a_crawl_that_nobody_touched_has_no_findings(finished: Kept) -> None:
    assert finished.verify() == []


@pytest.mark.parametrize(("code", "statements"), list(DAMAGES.values()), ids=list(DAMAGES))
def test_damage_to_the_database_is_found(finished: Kept, code: str, statements: list[str]) -> None:
    """And each finding is a sentence that says nothing secret."""
    finished.damage(*statements)
    found = finished.verify()
    assert code in [each.code for each in found]
    assert all(each.text.endswith(".") and each.subject for each in found)
    said = "\n".join(f"{each.code} {each.subject} {each.text}" for each in found)
    for secret in ("example", "a caption,", samples.SECRET_HASH, hashlib.sha256(samples.bytes_of(6)).hexdigest()):
        assert secret not in said


def peaks_of(headers: list[str]) -> str:
    peaks: merkle.Peaks = ()
    for number, header in enumerate(headers):
        peaks = merkle.append(peaks, number, merkle.leaf_hash(header.encode()))
    return json.dumps([each.hex() for each in peaks])


def cut_off(finished: Kept, segment: str, size: int) -> None:
    """Drop the end of a segment and sum up the rest anew, as someone would who knows how it works."""
    finished.damage(
        "DELETE FROM ledger_body WHERE segment = :cut AND sequence >= :size",
        "DELETE FROM ledger_record WHERE segment = :cut AND sequence >= :size",
        "UPDATE ledger_segment SET size = :size, peaks = :peaks WHERE name = :cut",
        cut=segment,
        size=size,
        peaks=peaks_of(finished.headers(segment)[:size]),
    )


def test_a_ledger_that_was_cut_off_is_found(finished: Kept) -> None:
    cut_off(finished, finished.segment, 6)
    assert finished.codes() == ["segment.cut-off"]


def test_a_match_that_was_cut_off_is_found_even_if_every_trace_of_it_is_gone(finished: Kept) -> None:
    assert "hash.on-list" in finished.headers("incidents")[0]
    cut_off(finished, "incidents", 0)
    finished.damage("DELETE FROM incident", "DELETE FROM event", "DELETE FROM tally WHERE outcome = 'refused'")
    finished.damage("DELETE FROM ledger_body WHERE segment = 'incidents'")
    assert "segment.cut-off" in finished.codes()


def test_a_record_that_was_written_anew_with_leaf_and_sum_is_found(finished: Kept) -> None:
    headers = finished.headers(finished.segment)
    headers[3] = headers[3].replace('"epoch":1', '"epoch":0')
    finished.damage(
        "UPDATE ledger_record SET header = :header, leaf = :leaf WHERE segment = :segment AND sequence = 3",
        "UPDATE ledger_segment SET peaks = :peaks WHERE name = :segment",
        header=headers[3],
        leaf=merkle.leaf_hash(headers[3].encode()).hex(),
        peaks=peaks_of(headers),
    )
    assert "segment.root" in finished.codes()


def test_a_body_that_a_record_says_was_blanked_is_no_finding(finished: Kept) -> None:
    finished.damage("UPDATE ledger_body SET body = NULL, salt = NULL WHERE segment = :segment AND sequence = 2")
    with finished.records.db.write() as conn:
        finished.records.ledger.append(
            conn,
            segment="operators",
            kind="blanked",
            subject=f"{finished.segment}#2",
            outcome=None,
            reason=None,
            epoch=1,
            settings_digest=None,
            body={},
        )
    assert finished.codes() == []


def test_what_is_not_yet_signed_is_no_finding(finished: Kept) -> None:
    lines = finished.checkpoints.read_text().splitlines(keepends=True)
    finished.checkpoints.write_text("".join(lines[:2]))
    assert finished.codes() == []


def _older(line: str) -> str:
    return line.replace('"at":"20', '"at":"19')


def _unreadable(line: str) -> str:
    return line.replace("{", "", 1)


CHECKPOINT_DAMAGES: dict[str, tuple[Callable[[list[str]], list[str]], set[str]]] = {
    "a line is changed": (lambda it: [it[0], _older(it[1]), *it[2:]], {"checkpoint.signature", "checkpoint.chain"}),
    "the last line is changed": (lambda it: [*it[:-1], _older(it[-1])], {"checkpoint.signature"}),
    "a line cannot be read": (lambda it: [it[0], _unreadable(it[1]), *it[2:]], {"checkpoint.chain"}),
    "the last line cannot be read": (lambda it: [*it[:-1], _unreadable(it[-1])], {"checkpoint.unreadable"}),
    "a line is dropped": (lambda it: [it[0], *it[2:]], {"checkpoint.chain"}),
    "the first line is dropped": (lambda it: it[1:], {"checkpoint.chain"}),
    "two lines change places": (lambda it: [it[0], it[2], it[1], *it[3:]], {"checkpoint.chain", "checkpoint.shrunk"}),
    "every line is dropped": (lambda _: [], {"checkpoints.missing"}),
}


@pytest.mark.parametrize(("damage", "expected"), list(CHECKPOINT_DAMAGES.values()), ids=list(CHECKPOINT_DAMAGES))
def test_damage_to_the_checkpoints_is_found(
    finished: Kept, damage: Callable[[list[str]], list[str]], expected: set[str]
) -> None:
    lines = finished.checkpoints.read_text().splitlines()
    assert len(lines) >= 4
    finished.checkpoints.write_text("".join(f"{line}\n" for line in damage(lines)))
    assert set(finished.codes()) == expected


def test_checkpoints_that_are_gone_are_found(finished: Kept) -> None:
    finished.checkpoints.unlink()
    assert finished.codes() == ["checkpoints.missing"]


def test_a_torn_last_line_is_no_finding_before_and_after_it_is_sealed_off(finished: Kept) -> None:
    finished.checkpoints.write_text(finished.checkpoints.read_text()[:-40])
    assert finished.codes() == []
    finished.records.ledger.checkpoint()
    assert finished.codes() == []


def test_checkpoints_signed_with_another_key_are_found(finished: Kept, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    finished.checkpoints.unlink()
    forged = Checkpoints(finished.checkpoints, KeyRing.create(tmp_path / "other"))
    forged.create()
    forged.sign(finished.records.db, with_incidents=True)
    assert finished.codes() == ["checkpoint.signature", "checkpoint.signature"]


OBJECT_DAMAGES: dict[str, tuple[str, str, bytes | None]] = {
    "an object is lost": ("object.missing", OBJECT, None),
    "an object is another file": ("object.differs", OBJECT, b"of another size"),
    "an object is cut off": ("object.differs", OBJECT, samples.bytes_of(1)[:-1]),
    "an object belongs to nothing": ("object.orphan", "stray", b"x"),
    "an object was left unfinished": ("object.orphan", f"{UNFINISHED}/0123", b"half"),
}


@pytest.mark.parametrize(("code", "key", "body"), list(OBJECT_DAMAGES.values()), ids=list(OBJECT_DAMAGES))
def test_damage_to_the_objects_is_found(finished: Kept, code: str, key: str, body: bytes | None) -> None:
    Place.of(finished.folder).tamper(key, body)
    assert finished.codes() == [code]
