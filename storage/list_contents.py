"""Say what counts in a revision of a list in one digest, which is the same wherever its entries are kept."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from storage.list_kinds import Kind
from storage.staging import Key

_CHUNK: Final = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What counts in a revision: SHA-256 over the sorted keys, and how many they are."""

    digest: str
    entries: int


def contents_of(conn: Connection, kind: Kind, name: str, number: int) -> Contents:
    digest, entries = digest_of(_keys(conn, kind, name, number))
    return Contents(digest=digest, entries=entries)


def digest_of(keys: Iterable[Key]) -> tuple[str, int]:
    """Return SHA-256 over the sorted keys, a line each, and how many they are.

    Parts hold no blank, and empty ones at the end of a line are left out: they were not there when lists were young.
    """
    digest, count = hashlib.sha256(), 0
    for count, key in enumerate(keys, start=1):  # noqa: B007 - the last one is the result
        digest.update(" ".join(key).rstrip(" ").encode() + b"\n")
    return digest.hexdigest(), count


def _keys(conn: Connection, kind: Kind, name: str, number: int) -> Iterator[Key]:
    ordered = select(*kind.key_columns).where(kind.counting_in(name, number)).order_by(*kind.key_columns)
    for row in conn.execute(ordered, execution_options={"yield_per": _CHUNK}):
        yield tuple(row)
