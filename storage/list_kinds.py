"""Name the kinds of lists, where each has its entries, and where a list may come from."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, Table, select

from storage.tables import hash_entry, host_entry, list_, source_entry

BY_HAND: Final = "by-hand"
IMPORTED: Final = "imported"
SYNTHETIC: Final = "synthetic"
SHIPPED: Final = "shipped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """Which table a kind of list has its entries in, what tells two entries apart, and the noun of its acts."""

    name: str
    noun: str
    table: Table
    key: tuple[str, ...]

    @property
    def key_columns(self) -> list[ColumnElement[str]]:
        return [self.table.c[each] for each in self.key]

    def counting(self, name: str) -> ColumnElement[bool]:
        """The entries that count in the newest revision of a list; those of one that is being written do not yet."""
        return self.counting_in(name, select(list_.c.number).where(list_.c.name == name).scalar_subquery())

    def counting_in(self, name: str, number: int | ScalarSelect[int]) -> ColumnElement[bool]:
        """The entries that counted in an earlier revision of a list."""
        return (self.table.c.list == name) & self._since_and_until(number)

    @property
    def counting_in_any(self) -> ColumnElement[bool]:
        """The entries that count in the newest revision of their list, for a query joined with the lists."""
        return (self.table.c.list == list_.c.name) & self._since_and_until(list_.c.number)

    def _since_and_until(self, number: int | ColumnElement[int] | ScalarSelect[int]) -> ColumnElement[bool]:
        ended = self.table.c.until
        return (self.table.c.since <= number) & (ended.is_(None) | (ended > number))


HOSTS: Final = Kind(name="hosts", noun="blocklist", table=host_entry, key=("host", "action"))
SOURCES: Final = Kind(name="sources", noun="sources", table=source_entry, key=("host", "licence"))
HASHES: Final = Kind(
    name="hashes", noun="hashlist", table=hash_entry, key=("type", "value", "category", "source_entry", "severity")
)
KINDS: Final = {each.name: each for each in (HOSTS, SOURCES, HASHES)}
