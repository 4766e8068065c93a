"""Lay the indexes of one list of known material out in a file, and check that it is as it was written.

Eight bytes that say what it is, the SHA-256 of all that follows, the length of the head, the head (JSON) that names the
digest of the list and says where each column begins, and from the next page on the columns. Nothing in it is ever
executed or unpickled, and every index is asked for its planted entry at each opening.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from io import BufferedReader, BufferedWriter
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np

from filters.indexes.canary import CanaryMissed, planted_hash
from filters.indexes.digests import DigestIndex, DigestTable
from filters.indexes.entry_columns import EntryColumns, Gathered, gather
from filters.indexes.hamming import HammingIndex
from filters.indexes.hamming_table import FEW, HammingTable
from filters.indexes.hash_layout import Column, Laid, laid
from filters.indexes.hash_parts import HashParts
from filters.indexes.known import HEX_DIGITS, NEAR_TYPES, KnownEntry
from filters.indexes.mapped_file import BrokenIndex, Written, mapped, written_whole

__all__ = ["BrokenIndex", "open_hashes", "write_gathered", "write_hashes"]

_MAGIC: Final = b"ALTHASH2"
_CHECKED_FROM: Final = len(_MAGIC) + 32
_HEAD_FROM: Final = _CHECKED_FROM + 8
_PAGE: Final = 4096


def write_hashes(path: Path, entries: Iterable[KnownEntry], digest: str, *, few: int = FEW) -> None:
    """Write the index of a list whose contents have this digest, whole or not at all."""
    write_gathered(path, gather(entries), digest, few=few)


def write_gathered(path: Path, gathered: Mapping[str, Gathered], digest: str, *, few: int = FEW) -> None:
    """Do the same with entries that were gathered by type before."""
    every = [laid(name, given, few=few) for name, given in gathered.items()]
    head = _head(digest, every)
    with written_whole(path) as file:
        file.write(bytes(_CHECKED_FROM))
        checked = _Checked(file)
        checked.write(len(head).to_bytes(8, "little") + head)
        for column in (column for each in every for column in each.columns()):
            checked.write(bytes(-file.tell() % _PAGE))
            for part in column:
                checked.write(np.ascontiguousarray(part).ravel().view(np.uint8).data)
        file.seek(0)
        file.write(_MAGIC + checked.digest())


def open_hashes(path: Path, digest: str) -> HashParts:
    """Map an index; raise `BrokenIndex` unless it is whole, of the list with this digest, and finds what is planted."""
    try:
        with path.open("rb") as file:
            written = Written(file)
            return _parts(mapped(file, _checked_length(file)), digest, written)
    except OSError as error:
        raise BrokenIndex(f"the index of a list of known material cannot be read: {error.strerror}") from None
    except CanaryMissed as missed:
        raise BrokenIndex(str(missed)) from None
    except (ValueError, LookupError, TypeError):
        raise BrokenIndex("the index of a list of known material is laid out in a way of another version") from None


class _Checked:
    """Digests what it writes."""

    def __init__(self, file: BufferedWriter) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, data: bytes | memoryview) -> None:
        self._digest.update(data)
        self._file.write(data)

    def digest(self) -> bytes:
        return self._digest.digest()


def _head(digest: str, every: Iterable[Laid]) -> bytes:
    """Columns follow the head in this order, each from a new page on, so where they begin need not be said."""
    columns = [[each.type, shape.name, shape.dtype, shape.shape] for each in every for shape in each.shapes]
    said = {each.type: each.said for each in every}
    return json.dumps({"digest": digest, "types": said, "columns": columns}).encode()


def _checked_length(file: BufferedReader) -> int:
    written = file.read(_CHECKED_FROM)
    if written != _MAGIC + hashlib.file_digest(file, "sha256").digest():
        raise BrokenIndex("the index of a list of known material is not as it was written")
    return file.tell()


def _parts(view: memoryview, digest: str, written: Written) -> HashParts:
    head_to = _HEAD_FROM + int.from_bytes(view[_CHECKED_FROM:_HEAD_FROM], "little")
    head: dict[str, Any] = json.loads(bytes(view[_HEAD_FROM:head_to]))
    if head["digest"] != digest:
        raise BrokenIndex("the index of a list of known material is of another revision")
    held = _columns(view, head_to, head["columns"])
    exact: dict[str, DigestIndex] = {}
    near: dict[str, HammingIndex] = {}
    columns: dict[str, EntryColumns] = {}
    for name, said in head["types"].items():
        of = held[name]
        table = tuple((category, bits, severity) for category, bits, severity in said["table"])
        columns[name] = EntryColumns(ids=of["ids"], kinds=of["kinds"], table=table)
        if name in NEAR_TYPES:
            near[name] = HammingIndex.over(_hamming_table(of, said), planted_hash(name))
        else:
            digests = DigestTable(heads=of["heads"], tails=of["tails"], planted=said["planted"])
            exact[name] = DigestIndex(digests, planted_hash(name))
    return HashParts(exact=exact, near=near, columns=columns, written=written)


def _columns(view: memoryview, start: int, shapes: Iterable[Any]) -> dict[str, dict[str, Column]]:
    held: dict[str, dict[str, Column]] = {name: {} for name in HEX_DIGITS}
    for type_name, name, dtype, shape in shapes:
        start += -start % _PAGE
        column = np.frombuffer(view, dtype=dtype, count=prod(shape), offset=start).reshape(shape)
        held[type_name][name] = column
        start += column.nbytes
    return held


def _hamming_table(of: Mapping[str, Column], said: Mapping[str, Any]) -> HammingTable:
    return HammingTable(
        rows=of["rows"],
        planted=said["planted"],
        word_bits=said["word_bits"],
        lists=of.get("lists"),
        starts=of.get("starts"),
    )
