"""Keep the hosts that a person has vetted, each with the licence of its pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from filters.indexes.hosts import NotAHost, normalise_host
from filters.indexes.sources import VettedSources
from storage.database import Database
from storage.ledger import Ledger
from storage.list_entries import add_entries, end_entries
from storage.list_kinds import BY_HAND, SOURCES
from storage.list_lines import BadList
from storage.list_revisions import Change, Revision, begin, finish, newest_revisions, require_whole
from storage.tables import source_entry

LIST: Final = "sources"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One vetted host, which stands for its subdomains too."""

    host: str
    licence: str
    why: str


class Sources:
    """Every change is a new revision, a new gate epoch and a record of who did it and why, in one transaction."""

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger

    def add(self, hosts: Sequence[str], *, licence: str, why: str, by: str) -> Revision | None:
        """Vet hosts, or change their licence; it counts from the next run on. None if all stand there already."""
        return self._change("add", _distinct(hosts), licence=licence, why=why, by=by)

    def remove(self, hosts: Sequence[str], *, why: str, by: str) -> Revision | None:
        """Vet them no longer; it counts at once, also in a run that goes on. None if none stands there."""
        return self._change("remove", _distinct(hosts), licence=None, why=why, by=by)

    def list(self) -> tuple[Source, ...]:
        columns = (source_entry.c.host, source_entry.c.licence, source_entry.c.why)
        query = select(*columns).where(SOURCES.counting(LIST)).order_by(source_entry.c.host)
        with self._db.read() as conn:
            return tuple(Source(**row._mapping) for row in conn.execute(query))

    def _change(self, verb: str, hosts: tuple[str, ...], *, licence: str | None, why: str, by: str) -> Revision | None:
        change = Change(kind=SOURCES, name=LIST, origin=BY_HAND, verb=verb, by=by, why=why)
        with self._db.write() as conn:
            there = {row.host: row for row in conn.execute(select(source_entry).where(SOURCES.counting(LIST)))}
            ended = [there[each].id for each in hosts if each in there and there[each].licence != licence]
            new = [each for each in hosts if licence and (each not in there or there[each].licence != licence)]
            if not ended and not new:
                return None
            number = begin(conn, change)
            end_entries(conn, SOURCES, number, ended)
            add_entries(
                conn,
                change,
                number,
                ((each, licence or "") for each in new),
                lambda key: {"host": key[0], "licence": key[1], "why": why},
            )
            revision = finish(conn, self._ledger, change, number=number, added=len(new), removed=len(ended))
        self._ledger.checkpoint()
        return revision


def load_sources(conn: Connection, floor: VettedSources | None = None) -> VettedSources:
    """Return the sources as one view of the database shows them, none that `floor` has not; raise `CorruptList`."""
    newest = next(iter(newest_revisions(conn, SOURCES)), None)
    if newest is None:
        return VettedSources(number=0, digest="", licences={})
    columns = (source_entry.c.host, source_entry.c.licence)
    rows = conn.execute(select(*columns).where(SOURCES.counting(newest.list))).all()
    require_whole(newest, ((row.host, row.licence) for row in rows))
    now = VettedSources(number=newest.number, digest=newest.digest, licences={row.host: row.licence for row in rows})
    return now if floor is None else now.without_newer(floor)


def _distinct(hosts: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(map(normalise_host, hosts)))
    except NotAHost:
        raise BadList("not a host: write it like museum.example; subdomains are included") from None
