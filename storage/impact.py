"""Say what a list would take out of what is held, before it is imported."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Row, select

from filters.candidate import Candidate
from filters.decision import Subject
from filters.domain_blocklist import DomainBlocklist, DomainReason
from filters.facts import Fetched
from filters.indexes.host_trie import EntryIndex, open_trie, write_trie
from filters.indexes.hosts import BlockedHosts, HostList
from storage.batches import rows_by
from storage.blocked_hosts import load_hosts
from storage.database import Database
from storage.held_pairs import WITHDRAWN
from storage.host_files import HostFile, host_file
from storage.host_indexes import BLOCK, LIFT, HostIndexes
from storage.list_kinds import HOSTS
from storage.list_lines import Intake, Rejection
from storage.staging import Staging
from storage.tables import pair, sighting


@dataclass(frozen=True, kw_only=True, slots=True)
class HostImpact:
    """What one entry would take out of what is held from one host; `where` says which addresses it covers."""

    host: str
    entry: str
    where: tuple[str, ...]
    pairs: int
    pictures: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """What a list would take out: of all `held` pairs so many `pairs`, with so many different `pictures`."""

    list: str
    entries: int
    rejections: tuple[Rejection, ...]
    held: int
    pairs: int
    pictures: int
    hosts: tuple[HostImpact, ...]


def impact_of(
    db: Database, path: Path, *, format: str | None = None, matches: str | None = None, force: bool = False
) -> Impact:
    """Judge every pair that is held with this list alone, and with what a person allowed; nothing is written.

    A pair goes if an address of the sighting it was stored for is covered: of its page, its picture, or a hop to them.
    """
    file, intake = host_file(path, format, matches, force=force), Intake()
    with tempfile.TemporaryDirectory(prefix="altsieve-impact-") as folder:
        entries = _index(file, intake, Path(folder) / "list")
    judged = DomainBlocklist(_alone(db, file, entries))
    found = _Found()
    held = 0
    for held, row in enumerate(_held(db), start=1):  # noqa: B007 - the last one is how many are held
        _judge(judged, row, found)
    return Impact(
        list=file.label,
        entries=len(entries),
        rejections=intake.rejections,
        held=held,
        pairs=sum(found.pairs.values()),
        pictures=len(set().union(*found.pictures.values())),
        hosts=tuple(found.by_size()),
    )


@dataclass(kw_only=True, slots=True)
class _Found:
    """The pairs and pictures that would go, by (host, entry); a pair goes by the first entry that covers it."""

    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    pictures: dict[tuple[str, str], set[bytes]] = field(default_factory=dict)
    where: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def add(self, host: str, entry: str, where: str, sha256: str) -> None:
        key = host, entry
        self.pairs[key] = self.pairs.get(key, 0) + 1
        self.pictures.setdefault(key, set()).add(bytes.fromhex(sha256))
        self.where.setdefault(key, set()).add(where)

    def by_size(self) -> Iterator[HostImpact]:
        """The host that loses most first."""
        for key, pairs in sorted(self.pairs.items(), key=lambda each: (-each[1], each[0])):
            yield HostImpact(
                host=key[0],
                entry=key[1],
                where=tuple(sorted(self.where[key])),
                pairs=pairs,
                pictures=len(self.pictures[key]),
            )


def _index(file: HostFile, intake: Intake, path: Path) -> EntryIndex:
    with Staging(len(HOSTS.key)) as keys:
        keys.fill(file.keys(intake))
        write_trie(path, _of(keys, BLOCK), _of(keys, LIFT), digest="")
    return open_trie(path, "")  # the file may go while it is mapped


def _of(keys: Iterable[tuple[str, ...]], action: str) -> Iterator[tuple[str, str]]:
    return ((key[0], "") for key in keys if key[1] == action)


def _alone(db: Database, file: HostFile, entries: EntryIndex) -> BlockedHosts:
    with db.read() as conn:
        lists = load_hosts(conn, HostIndexes(db.folder)).lists
    allowed = {entry: why for each in lists for entry, why in each.allowed.items()}
    return BlockedHosts((HostList(name=file.path.name, number=0, digest="", entries=entries, allowed=allowed),))


def _held(db: Database) -> Iterator[Row[Any]]:
    of_first = (sighting.c.id == pair.c.sighting_id) & (sighting.c.pair_id == pair.c.id)
    columns = (sighting.c.page_host, sighting.c.image_host, sighting.c.candidate, sighting.c.fetched, pair.c.sha256)
    query = select(sighting.c.id.label("key"), *columns).join_from(sighting, pair, of_first)
    return rows_by(sighting.c.id, query.where(sighting.c.outcome == "stored", pair.c.state != WITHDRAWN), db)


def _judge(judged: DomainBlocklist, row: Row[Any], found: _Found) -> None:
    candidate = msgspec.convert(row.candidate, Candidate)
    verdict = judged.judge(Subject(candidate=candidate, fetched=msgspec.convert(row.fetched, Fetched)))
    if verdict.reason == DomainReason.BLOCKED:
        evidence = verdict.evidence or {}
        where = str(evidence["where"])
        host = row.page_host if where.startswith("page") else row.image_host
        found.add(host, str(evidence["host"]), where, row.sha256)
