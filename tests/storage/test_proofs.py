import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.blanking import blank
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.finding import Finding
from storage.ledger import OPERATORS, Record
from storage.proof_checks import NotAProof, check_proof, read_proof
from storage.proofs import (
    LedgerChanged,
    NothingToProve,
    NotYetSigned,
    Proof,
    note_key,
    prove_pair,
    signed_head,
)
from storage.signed_notes import NoteKey, signed
from storage.trails import trail_of_pair
from storage.tree_heads import TreeHead
from tests import past_rules
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import crawling
from tests.storage.records import Records, opened

OTHERS = Ed25519PrivateKey.from_private_bytes(bytes(32))


@dataclass(frozen=True, kw_only=True, slots=True)
class Proving:
    """A finished run: the pair was seen on two pages, and refused as a repetition on the second."""

    folder: Path
    records: Records
    pair_id: str

    @property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(self.records.db.folder / CHECKPOINTS_FILE, self.records.keys)

    @property
    def key(self) -> NoteKey:
        return note_key(self.records.keys)

    def head(self) -> TreeHead:
        return TreeHead.open(signed_head(self.checkpoints, self.records.keys), self.key)

    def prove(self, since: TreeHead | None = None) -> Proof:
        return prove_pair(self.records.db, self.checkpoints, self.records.keys, self.pair_id, since=since)

    def grow(self, *, sign: bool = True) -> None:
        """Have something else recorded."""
        record = Record(kind="k", subject="s", outcome=None, reason=None, epoch=None, settings_digest=None, body={})
        with self.records.db.write() as conn:
            self.records.ledger.append_all(conn, "run:other", [record])
        if sign:
            self.records.ledger.checkpoint()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("proving")
    with crawling(folder) as crawl:
        first, second = crawl.new_page("1"), crawl.new_page("2")
        kept = samples.kept(first, 1)
        crawl.record(first, kept, samples.kept(first, 2), samples.refused(first, 3))
        crawl.record(second, samples.kept(second, 1))
        crawl.end()
        return folder, kept.pair.pair_id


@pytest.fixture
def proving(once: tuple[Path, str], tmp_path: Path) -> Iterator[Proving]:
    folder, pair_id = once
    copy = Place.of(folder).copy_to(tmp_path / "copy").folder
    with opened(copy) as records:
        yield Proving(folder=copy, records=records, pair_id=pair_id)


def codes(findings: Iterator[Finding]) -> set[str]:
    return {each.code for each in findings}


def as_written(proof: Proof) -> Any:
    return json.loads(msgspec.json.encode(proof))


def test_a_proof_holds_for_somebody_who_has_the_key_and_no_database(proving: Proving) -> None:
    written = json.dumps(as_written(proving.prove())).encode()
    key = NoteKey.parse(str(proving.key))
    proof = read_proof(written)
    assert list(check_proof(proof, key)) == []
    outcomes = [(json.loads(each.header)["outcome"], json.loads(each.header)["reason"]) for each in proof.records]
    assert outcomes == [("stored", None), ("refused", "duplicate.pair")]


def test_a_proof_shows_what_it_grew_from(proving: Proving) -> None:
    kept = proving.head()
    for _ in range(3):
        proving.grow()
        proof = proving.prove(since=kept)
        assert list(check_proof(proof, proving.key, kept)) == []
    assert proof.grown is not None
    assert (proof.grown.size, proving.head().size) == (kept.size, kept.size + 3)


def test_a_proof_that_does_not_speak_of_what_was_kept_does_not_do(proving: Proving) -> None:
    kept = proving.head()
    assert codes(check_proof(proving.prove(), proving.key, kept)) == {"proof.since"}
    proving.grow()
    assert codes(check_proof(proving.prove(since=proving.head()), proving.key, kept)) == {"proof.since"}


def test_a_log_that_was_rewritten_with_the_key_in_hand_is_seen_by_who_kept_a_checkpoint(proving: Proving) -> None:
    kept = proving.head()
    path = proving.records.db.folder / CHECKPOINTS_FILE
    first, *_ = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first)
    for _ in range(kept.size):
        proving.grow()
    with pytest.raises(LedgerChanged, match="have not grown"):
        proving.prove(since=kept)
    proof = proving.prove(since=proving.head())
    assert proof.grown is not None
    forged = replace_in(proof, lambda said: said["grown"].update(size=kept.size))
    assert codes(check_proof(forged, proving.key, kept)) == {"proof.rewritten"}


def test_what_was_kept_of_a_longer_log_is_not_what_this_one_grew_from(proving: Proving) -> None:
    longer = replace(proving.head(), size=10_000)
    with pytest.raises(LedgerChanged, match="have not grown"):
        proving.prove(since=longer)
    forged = replace_in(proving.prove(since=proving.head()), lambda said: said["grown"].update(size=10_000))
    assert codes(check_proof(forged, proving.key, longer)) == {"proof.rewritten"}


def replace_in(proof: Proof, change: Callable[[Any], object]) -> Proof:
    """Change the file that a proof is."""
    said = as_written(proof)
    change(said)
    return read_proof(json.dumps(said).encode())


def record(said: Any) -> Any:
    return said["records"][0]


def line(said: Any) -> Any:
    return said["lines"][record(said)["line"] - said["lines"][0]["index"]]


def other_hash(path: list[str]) -> None:
    path[0] = b64encode(bytes(32)).decode()


CHANGES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "an outcome": (
        "proof.record",
        lambda said: record(said).update(header=record(said)["header"].replace('"stored"', '"refused"')),
    ),
    "a time": ("proof.record", lambda said: record(said).update(header=record(said)["header"].replace("T", "U"))),
    "a place": (
        "proof.record",
        lambda said: record(said).update(header=record(said)["header"].replace('"sequence":', '"sequence":1')),
    ),
    "a header that is none": ("proof.record", lambda said: record(said).update(header="[]")),
    "a body": ("proof.body", lambda said: record(said).update(body=record(said)["body"].replace("pages", "other"))),
    "a salt": ("proof.body", lambda said: record(said).update(salt="00" * 32)),
    "two bodies change places": (
        "proof.body",
        lambda said: [
            each.update(body=other)
            for each, other in zip(said["records"], [each["body"] for each in said["records"]][::-1], strict=True)
        ],
    ),
    "the path of a record": ("proof.record", lambda said: other_hash(record(said)["path"])),
    "a step too few": ("proof.record", lambda said: record(said)["path"].pop()),
    "a step too many": ("proof.record", lambda said: record(said)["path"].append(record(said)["path"][0])),
    "a record of another line": ("proof.record", lambda said: record(said).update(line=0)),
    "the root that a line signs": (
        "proof.line",
        lambda said: line(said).update(text=line(said)["text"].replace('"run:', '"run:x')),
    ),
    "a line that is none": ("proof.line", lambda said: line(said).update(text="[]")),
    "the path of a line": ("proof.line", lambda said: other_hash(line(said)["path"])),
    "the place of a line": ("proof.line", lambda said: line(said).update(index=0)),
    "no lines": ("proof.record", lambda said: said.update(lines=[])),
    "no records": ("proof.empty", lambda said: said.update(records=[])),
    "another pair": ("proof.subject", lambda said: said.update(pair_id="0" * 32)),
    "the size of the log": (
        "proof.checkpoint",
        lambda said: said.update(checkpoint=said["checkpoint"].replace("\n", "\n1", 1)),
    ),
    "the root of the log": (
        "proof.checkpoint",
        lambda said: said.update(checkpoint=said["checkpoint"].replace("=\n\n", "\n\n", 1)),
    ),
    "no signature": (
        "proof.checkpoint",
        lambda said: said.update(checkpoint=said["checkpoint"].partition("\n\n")[0] + "\n\n"),
    ),
}


@pytest.mark.parametrize(("code", "change"), list(CHANGES.values()), ids=list(CHANGES))
def test_each_change_of_a_proof_is_found_and_named(
    proving: Proving, code: str, change: Callable[[Any], object]
) -> None:
    changed = replace_in(proving.prove(), change)
    assert code in codes(check_proof(changed, proving.key))


def test_a_proof_that_somebody_else_has_signed_does_not_hold(proving: Proving) -> None:
    theirs = NoteKey(proving.key.name, OTHERS.public_key().public_bytes_raw())
    proof = proving.prove()
    text = proof.checkpoint.rpartition("\n\n")[0] + "\n"
    forged = replace_in(proof, lambda said: said.update(checkpoint=signed(text, theirs, OTHERS.sign)))
    assert codes(check_proof(forged, proving.key)) == {"proof.checkpoint"}
    assert codes(check_proof(proof, theirs)) == {"proof.checkpoint"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"schema": 2, "pair_id": "", "records": [], "lines": [], "checkpoint": ""}',
        b'{"schema": 1, "pair_id": "", "records": [], "lines": [], "checkpoint": "", "more": 1}',
        b'{"pair_id": "", "records": [], "lines": [{"index": -1, "text": "", "path": []}], "checkpoint": ""}',
        b'{"pair_id": "", "records": [], "lines": [{"index": 0, "text": "", "path": ["AA=="]}], "checkpoint": ""}',
    ],
)
def test_what_is_no_proof_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NotAProof):
        read_proof(content)


def test_a_record_that_was_blanked_is_proved_without_what_it_said(proving: Proving) -> None:
    place = trail_of_pair(proving.records.db, proving.pair_id).ledger[0]
    with proving.records.db.write() as conn:
        blank(
            conn,
            proving.records.ledger,
            [(place.segment, place.sequence)],
            segment=OPERATORS,
            at=datetime(2026, 11, 24, tzinfo=UTC),
        )
    proof = proving.prove()
    assert (proof.records[0].salt, proof.records[0].body) == (None, None)
    assert list(check_proof(proof, proving.key)) == []


def test_what_is_not_recorded_cannot_be_proved(proving: Proving) -> None:
    with pytest.raises(NothingToProve, match="0000"):
        prove_pair(proving.records.db, proving.checkpoints, proving.records.keys, "0" * 32)


def test_a_record_that_is_not_signed_yet_waits_for_its_signature(proving: Proving) -> None:
    path = proving.records.db.folder / CHECKPOINTS_FILE
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(NotYetSigned, match="not signed yet"):
        proving.prove()
    proving.records.ledger.checkpoint()
    assert list(check_proof(proving.prove(), proving.key)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_record SET header = replace(header, 'stored', 'failed') WHERE sequence = 1",
        "UPDATE ledger_record SET leaf = replace(leaf, '0', '1') WHERE sequence = 3",
        "DELETE FROM ledger_record WHERE sequence = 0",
    ],
)
def test_what_was_changed_since_it_was_signed_is_not_proved(proving: Proving, statement: str) -> None:
    past_rules.change(proving.folder, statement)
    with pytest.raises(LedgerChanged, match="altsieve verify"):
        proving.prove()


def test_checkpoints_that_were_changed_are_not_signed_anew(proving: Proving) -> None:
    path = proving.records.db.folder / CHECKPOINTS_FILE
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([second, first, *rest]))
    with pytest.raises(LedgerChanged, match="altsieve verify"):
        proving.prove()
    with pytest.raises(LedgerChanged, match="altsieve verify"):
        signed_head(proving.checkpoints, proving.records.keys)


def test_a_line_that_a_crash_has_torn_is_no_leaf(proving: Proving) -> None:
    kept = proving.head()
    path = proving.records.db.folder / CHECKPOINTS_FILE
    path.write_bytes(path.read_bytes() + b'{"schema":1,"at')
    assert proving.head() == kept
    proving.grow()
    assert proving.head().size == kept.size + 1
    assert list(check_proof(proving.prove(since=kept), proving.key, kept)) == []


def test_the_name_of_a_log_is_made_from_its_key(proving: Proving) -> None:
    assert proving.head().origin == proving.key.name
    assert proving.key.name.startswith("altsieve/")
    assert proving.key.public_key == proving.records.keys.public_key
