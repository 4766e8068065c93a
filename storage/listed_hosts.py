"""Read the entries of a blocklist as they stood in one of its revisions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.list_kinds import HOSTS
from storage.staging import Key
from storage.tables import host_entry


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedHost:
    """One entry as it stands in one revision of a list."""

    host: str
    action: str
    why: str


def listed_hosts(conn: Connection, name: str, number: int) -> Iterator[ListedHost]:
    columns = (host_entry.c.host, host_entry.c.action, host_entry.c.why)
    counted = select(*columns).where(HOSTS.counting_in(name, number)).order_by(host_entry.c.host)
    for row in conn.execute(counted, execution_options={"yield_per": 1000}):
        yield ListedHost(host=row.host, action=row.action, why=row.why)


class Whys:
    """The reasons of entries, of which most lists have but one."""

    def __init__(self) -> None:
        self._first: str | None = None
        self._others: dict[Key, str] = {}

    def noted(self, entries: Iterable[ListedHost]) -> Iterator[Key]:
        for each in entries:
            key = each.host, each.action
            if self._first is None:
                self._first = each.why
            elif each.why != self._first:
                self._others[key] = each.why
            yield key

    def of(self, key: Key) -> str:
        return self._others.get(key, self._first or "")
