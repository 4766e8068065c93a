"""Keep the lists of hashes of known material, and hand them to the filters as one set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from filters.indexes.known_material import KnownMaterial
from filters.indexes.list_policy import ListPolicy
from storage.database import Database
from storage.hash_files import hash_file
from storage.hash_formats import ListedHash, listed_hash
from storage.hash_indexes import HashIndexes
from storage.hash_sealing import HashSealing, key_of
from storage.known_hashes import Reliance, load_known
from storage.ledger import Ledger
from storage.list_imports import changing
from storage.list_kinds import BY_HAND, HASHES, IMPORTED, SYNTHETIC
from storage.list_lines import BadList, Intake, RejectReason
from storage.list_revisions import Change, ListMismatch, Revision, begin, finish, newest_revisions, revisions_of
from storage.list_terms import agree, changed_policy, policy_of
from storage.staging import Staging
from storage.tables import hash_entry

MAX_AGE_HOURS: Final = 48
"""How old a list may be, where neither its policy nor a setting says otherwise."""

_WHY_NOT: Final = {
    RejectReason.UNKNOWN_TYPE: "unknown hash type",
    RejectReason.UNKNOWN_CATEGORY: "unknown category",
    RejectReason.WRONG_LENGTH: "not as long as a hash of this type is",
    RejectReason.NOT_HEX: "a hash is written in hex digits",
    RejectReason.INNOCENT: "the hash of a placeholder or a plain pattern would match innocent pictures",
    RejectReason.DEGENERATE: "the hash of an empty file or a featureless picture would match innocent ones",
}


class HashLists:
    """Every change is a new revision, a new gate epoch and a record of who did it and why, which count together.

    The index of a revision is there before it counts. No record, message or log of it holds a hash: the ledger holds
    counts and the digest of the list.
    """

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._ledger = ledger
        self._sealing = HashSealing(db, ledger)

    def add(self, value: str, type: str, list: str, *, why: str, by: str) -> Revision | None:
        """Add one hash to a list that is kept by hand; None if it is there already."""
        entry = listed_hash(type, value)
        if isinstance(entry, RejectReason):
            raise BadList(_WHY_NOT[entry])
        change = Change(kind=HASHES, name=list, origin=BY_HAND, verb="add", by=by, why=why)
        with self._writing(change) as conn:
            if _holds(conn, list, entry):
                return None
            result = self._sealing.extend(conn, change, entry)
        self._sealing.settle()
        return result

    def import_file(
        self,
        path: Path,
        name: str,
        *,
        by: str,
        why: str,
        type: str | None = None,
        format: str | None = None,
        columns: str | None = None,
        synthetic: bool = False,
        source: str | None = None,
        licence: str | None = None,
        manifest: Path | None = None,
        policy: Mapping[str, Any] | None = None,
        force: bool = False,
        max_shrink: float | None = None,
        max_age_hours: float = MAX_AGE_HOURS,
    ) -> Revision:
        """Let the list hold exactly what the file does; nothing changes if the file is not a list of hashes.

        Importing the same file again makes a new revision too: it is what keeps a list fresh, unless a manifest says
        how old it is. `policy` holds the fields that change. An import that would take more than the share that the
        policy says, or else `max_shrink`, of its entries off the list is refused, unless `force` is said.
        """
        before = self._newest(name)
        terms = agree(name, before, policy or {}, manifest, max_age_hours=max_age_hours)
        file = hash_file(path, format, type_name=type, columns=columns, severity_scheme=terms.policy.severity_scheme)
        digest = file.digest()
        intake = Intake()
        with Staging(len(HASHES.key)) as staging:
            staging.fill(map(key_of, intake.of(terms.reconciled(file.items(), digest))))
            if file.digest() != digest:
                raise BadList("the file changed while it was read; nothing was imported")
            change = Change(
                kind=HASHES,
                name=name,
                origin=SYNTHETIC if synthetic else IMPORTED,
                verb="import",
                by=by,
                why=why,
                source=source or file.label,
                licence=licence,
                file_digest=digest,
                policy=terms.new_policy,
                checkpoint=terms.checkpoint,
                as_of=terms.as_of,
                follows=0 if before is None else before.number,
                forced=force,
                rejections=intake.rejections,
            )
            said = terms.policy.max_shrink
            return self._sealing.replace(change, staging, max_shrink=max_shrink if said is None else said)

    def set_policy(self, name: str, given: Mapping[str, Any], *, why: str, by: str) -> Revision | None:
        """Change what a match with the list means, or how old it may become; None if that changes nothing.

        It counts as a new revision of the same entries, which are as old as they were.
        """
        said = Change(kind=HASHES, name=name, origin=None, verb="policy", by=by, why=why)
        with self._sealing.at_work(), changing(self._db, said) as writing:
            before = self._require(name)
            policy = changed_policy(policy_of(before), given)
            if policy == policy_of(before):
                return None
            contents = self._sealing.build_again(before)
            change = replace(
                said,
                source=before.source,
                licence=before.licence,
                file_digest=before.file_digest,
                policy=policy.plain(),
                as_of=before.fresh_at,
            )
            with writing() as conn:
                number = begin(conn, change)
                result = finish(conn, self._ledger, change, number=number, added=0, removed=0, contents=contents)
        self._sealing.settle()
        return result

    def policy(self, name: str) -> ListPolicy:
        return policy_of(self._require(name))

    def remove(self, name: str, *, why: str, by: str) -> Revision | None:
        """End all entries of a list; what it was can still be shown. None if there is nothing to end."""
        change = Change(kind=HASHES, name=name, origin=None, verb="remove", by=by, why=why)
        with self._db.read() as conn:
            if conn.execute(select(hash_entry.c.id).where(HASHES.counting(name)).limit(1)).first() is None:
                return None
        with Staging(len(HASHES.key)) as nothing:
            return self._sealing.replace(change, nothing)

    def list(self) -> tuple[Revision, ...]:
        """Return the newest revision of each list."""
        with self._db.read() as conn:
            return newest_revisions(conn, HASHES)

    def history(self, name: str) -> tuple[Revision, ...]:
        with self._db.read() as conn:
            return revisions_of(conn, HASHES, name)

    def entries_at(self, name: str, number: int) -> Iterator[ListedHash]:
        """Yield what counted in any revision of a list."""
        counted = select(*HASHES.key_columns).where(HASHES.counting_in(name, number)).order_by(*HASHES.key_columns)
        with self._db.read() as conn:
            for row in conn.execute(counted, execution_options={"yield_per": 1000}):
                yield ListedHash(**row._mapping)

    def load(
        self,
        networks: tuple[str, ...],
        *,
        provisional: bool,
        max_age: timedelta,
        floor: KnownMaterial | None = None,
    ) -> KnownMaterial:
        reliance = Reliance(networks=networks, provisional=provisional, max_age=max_age)
        with self._db.read() as conn:
            return load_known(conn, HashIndexes(self._db.folder), reliance, floor=floor)

    @contextmanager
    def _writing(self, change: Change) -> Iterator[Connection]:
        with self._sealing.at_work(), changing(self._db, change) as writing, writing() as conn:
            yield conn

    def _newest(self, name: str) -> Revision | None:
        return next((each for each in self.list() if each.list == name), None)

    def _require(self, name: str) -> Revision:
        found = self._newest(name)
        if found is None:
            raise ListMismatch(f"there is no list of known material named {name}; altsieve hashlist list shows them")
        return found


def _holds(conn: Connection, name: str, entry: ListedHash) -> bool:
    same = [column == part for column, part in zip(HASHES.key_columns, key_of(entry), strict=True)]
    return conn.execute(select(hash_entry.c.id).where(HASHES.counting(name), *same)).first() is not None
