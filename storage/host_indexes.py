"""Keep the indexes of blocklists."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from filters.indexes.entries import NotAnEntry
from filters.indexes.host_trie import EntryIndex, open_trie, write_trie
from storage.list_indexes import ListIndexes
from storage.list_kinds import HOSTS
from storage.tables import host_entry

BLOCK: Final = "block"
ALLOW: Final = "allow"
LIFT: Final = "lift"
"""What an entry does: block, be allowed by a person over every list, or lift what its own list blocks."""

_CHUNK = 10_000


class HostIndexes(ListIndexes[EntryIndex]):
    kind = HOSTS
    misfits = (NotAnEntry,)
    misfit_is = "in no form it could be found by"

    def _write(self, path: Path, conn: Connection, name: str, number: int, digest: str) -> None:
        write_trie(path, *(_entries(conn, name, number, action) for action in (BLOCK, LIFT)), digest=digest)

    def _map(self, path: Path, digest: str) -> EntryIndex:
        return open_trie(path, digest)


def _entries(conn: Connection, name: str, number: int, action: str) -> Iterator[tuple[str, str]]:
    columns = select(host_entry.c.host, host_entry.c.why)
    counting = columns.where(HOSTS.counting_in(name, number), host_entry.c.action == action)
    for row in conn.execute(counting.order_by(host_entry.c.host), execution_options={"yield_per": _CHUNK}):
        yield row.host, row.why
