"""Prove what the ledger says of a pair to somebody who has no database, and that nothing signed was rewritten."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Self

import msgspec
from sqlalchemy import Connection, select

from storage import merkle
from storage.checkpoints import Checkpoint, Checkpoints
from storage.database import Database
from storage.errors import StorageError
from storage.keys import KeyRing
from storage.signed_notes import NoteKey, signed
from storage.tables import ledger_body, ledger_record
from storage.trail_parts import LedgerPlace
from storage.trails import trail_of_pair
from storage.tree_heads import TreeHead
from storage.verify_checkpoints import read_checkpoints

SCHEMA: Final = 1
_LEAVES_AT_ONCE: Final = 10_000
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Hash = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Salt = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Path = tuple[Hash, ...]
"""From the sibling of a leaf up to the children of the root (RFC 6962, 2.1.1); in JSON each is base64."""


class LedgerChanged(StorageError):
    """What is recorded is not what was signed: there is nothing to prove."""


class NotYetSigned(StorageError):
    """A record is newer than the last signature."""


class NothingToProve(StorageError):
    """The ledger holds nothing about a pair."""


class ProvedRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as it was written, its path in the tree of its segment, and the line that signs that tree's root."""

    header: str
    salt: Salt | None
    body: str | None
    """Both null if the body was blanked: that there was one, and when, is proved all the same."""
    path: Path
    line: Count


class ProvedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the file of checkpoints, counted from 0 without those that a crash has torn, and its path."""

    index: Count
    text: str
    path: Path


class Growth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From how many lines the log grew, and the path that shows it (RFC 6962, 2.1.2)."""

    size: Count
    path: Path


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is needed beside the key: records, the lines that sign them, and a C2SP checkpoint of all lines."""

    schema: Annotated[int, msgspec.Meta(ge=SCHEMA, le=SCHEMA)] = SCHEMA
    pair_id: str
    records: tuple[ProvedRecord, ...]
    lines: tuple[ProvedLine, ...]
    checkpoint: str
    grown: Growth | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedLog:
    """The lines of the file of checkpoints: the leaves of one tree, whatever the number of segments."""

    texts: Sequence[bytes]
    signed: Sequence[Checkpoint]
    leaves: Sequence[bytes]

    @classmethod
    def read(cls, checkpoints: Checkpoints) -> Self:
        """Raise `LedgerChanged` unless each line is ours and follows the one before it."""
        _, findings = read_checkpoints(checkpoints)
        if findings:
            raise LedgerChanged("the checkpoints are not as they were signed; type: altsieve verify")
        whole = [(each.text, each.checkpoint) for each in checkpoints.lines() if each.checkpoint is not None]
        texts = [text for text, _ in whole]
        return cls(texts=texts, signed=[each for _, each in whole], leaves=[merkle.leaf_hash(each) for each in texts])

    def head(self, keys: KeyRing) -> TreeHead:
        (root,) = merkle.roots_of([range(len(self.leaves))], self.leaves)
        return TreeHead(origin=note_key(keys).name, size=len(self.leaves), root=root)

    def line_of(self, place: LedgerPlace) -> int:
        """Return the first line that signs what stands there."""
        for index, each in enumerate(self.signed):
            if each.segments.get(place.segment, (0, ""))[0] > place.sequence:
                return index
        raise NotYetSigned(
            f"record {place.sequence} of segment {place.segment} is not signed yet: that is done about once a second, "
            "and at the end of each command that records something"
        )

    def line(self, index: int) -> ProvedLine:
        path = merkle.roots_of(merkle.inclusion(index, len(self.leaves)), self.leaves)
        return ProvedLine(index=index, text=self.texts[index].decode(), path=tuple(path))

    def grown_from(self, old: TreeHead, now: TreeHead) -> Growth:
        """Raise `LedgerChanged` if it has not grown from that."""
        if 0 < old.size <= now.size:
            path = merkle.roots_of(merkle.consistency(old.size, now.size), self.leaves)
            if merkle.is_grown_from(old.size, old.root, now.size, now.root, path):
                return Growth(size=old.size, path=tuple(path))
        raise LedgerChanged(f"the checkpoints have not grown from those {old.size} that were signed before")


def note_key(keys: KeyRing) -> NoteKey:
    """Return the public key of an installation; its name, which is the origin of its log, is made from it."""
    digest = hashlib.sha256(keys.public_key).hexdigest()
    return NoteKey(name=f"altsieve/{digest[:16]}", public_key=keys.public_key)


def signed_head(checkpoints: Checkpoints, keys: KeyRing) -> str:
    """Return a C2SP checkpoint of all that was signed so far, for others to keep."""
    return signed(str(SignedLog.read(checkpoints).head(keys)), note_key(keys), keys.sign)


def prove_pair(
    db: Database, checkpoints: Checkpoints, keys: KeyRing, pair_id: str, *, since: TreeHead | None = None
) -> Proof:
    """Prove each record about the pair and its sightings, and with `since` that nothing signed by then was changed."""
    log = SignedLog.read(checkpoints)
    head = log.head(keys)
    places = trail_of_pair(db, pair_id).ledger
    if not places:
        raise NothingToProve(f"the ledger holds nothing about a pair {pair_id}")
    lines = {each: log.line_of(each) for each in places}
    with db.read() as conn:
        records = tuple(_record(conn, each, line, log.signed[line]) for each, line in lines.items())
    return Proof(
        pair_id=pair_id,
        records=records,
        lines=tuple(log.line(each) for each in sorted(set(lines.values()))),
        checkpoint=signed(str(head), note_key(keys), keys.sign),
        grown=None if since is None else log.grown_from(since, head),
    )


def _record(conn: Connection, place: LedgerPlace, line: int, checkpoint: Checkpoint) -> ProvedRecord:
    size, root = checkpoint.segments[place.segment]
    same = (ledger_body.c.segment == ledger_record.c.segment) & (ledger_body.c.sequence == ledger_record.c.sequence)
    query = select(ledger_record.c.header, ledger_body.c.salt, ledger_body.c.body).outerjoin(ledger_body, same)
    here = (ledger_record.c.segment == place.segment) & (ledger_record.c.sequence == place.sequence)
    header, salt, body = conn.execute(query.where(here)).one()
    try:
        path = merkle.roots_of(merkle.inclusion(place.sequence, size), _leaves(conn, place.segment, size))
    except ValueError:
        path = []
    proved = ProvedRecord(header=header, salt=salt, body=body, path=tuple(path), line=line)
    if not stands(header.encode(), place.sequence, size, proved.path, root=bytes.fromhex(root)):
        raise LedgerChanged(f"segment {place.segment} is not what was signed; type: altsieve verify")
    return proved


def stands(data: bytes, index: int, size: int, path: Path, *, root: bytes) -> bool:
    """Say whether the path proves that these bytes are that leaf of a tree."""
    try:
        return merkle.root_including(merkle.leaf_hash(data), index, size, path) == root
    except ValueError:
        return False


def _leaves(conn: Connection, segment: str, size: int) -> Iterator[bytes]:
    within = (ledger_record.c.segment == segment) & (ledger_record.c.sequence < size)
    query = select(ledger_record.c.leaf).where(within).order_by(ledger_record.c.sequence)
    yield from map(bytes.fromhex, conn.execute(query.execution_options(yield_per=_LEAVES_AT_ONCE)).scalars())
