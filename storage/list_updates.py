"""Bring a list of known material up to what its exchange has, in one revision that counts only once all is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from filters.indexes.list_policy import BadPolicy, ListPolicy
from filters.matcher_address import service_url
from storage.database import Database
from storage.exchanges import Checkpoint, Exchange, ExchangeKind, ExchangeTrouble, environment_prefix
from storage.hash_sealing import HashSealing, key_of
from storage.ledger import Ledger
from storage.list_delta import Delta
from storage.list_imports import BATCH_ROWS, changing
from storage.list_kinds import HASHES, IMPORTED
from storage.list_locks import alone_with
from storage.list_revisions import Change, ListMismatch, Revision, newest_revisions, revisions_of
from storage.staging import Key, Staging
from storage.tables import list_


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """A list that is fetched, with its newest revision, and why the newest fetch does not count, if it does not."""

    revision: Revision
    kind: ExchangeKind
    url: str
    trouble: str | None
    trouble_at: datetime | None


class ListUpdates:
    """Every fetch that is read to its end is a new revision, which keeps the list fresh even if nothing has changed.

    One that is not leaves the last good revision as it is, and says why in `list.trouble`.
    """

    def __init__(self, db: Database, ledger: Ledger) -> None:
        self._db = db
        self._sealing = HashSealing(db, ledger)

    def connect(self, name: str, kind: ExchangeKind, url: str, *, why: str, by: str) -> Revision:
        """Say from where the list is fetched from now on; it is made if it is new, and holds what it held."""
        exchange = {"kind": kind.value, "url": _address(url)}
        source = f"{exchange['url']} ({kind.value})"
        change = Change(kind=HASHES, name=name, origin=IMPORTED, verb="connect", by=by, why=why, source=source)
        with changing(self._db, change) as writing:
            before = self._newest(name)
            self._require_own_credentials(name)
            policy = replace(_policy_of(before), exchange=exchange).plain()
            as_of = None if before is None else before.fresh_at  # to connect a list does not make what it holds younger
            with self._sealing.at_work(), writing() as conn:
                result = self._sealing.extend(conn, replace(change, policy=policy, as_of=as_of))
        self._sealing.settle()
        return result

    def connected(self) -> tuple[Connected, ...]:
        """Return the lists that are fetched, by name."""
        with self._db.read() as conn:
            newest = newest_revisions(conn, HASHES)
            rows = {row.name: row for row in conn.execute(select(list_))}
        return tuple(_connected(each, rows[each.list]) for each in newest if _exchange_of(each))

    def fetch(
        self, name: str, exchange: Exchange, *, by: str, max_shrink: float, anew: bool = False, force: bool = False
    ) -> Revision:
        """Read the exchange to its end and seal what came; with `anew` all that it has, not what has changed.

        Raise `ExchangeTrouble` or `ListShrinks` once it is noted why nothing of it counts.
        """
        with alone_with(self._db, f"fetch-{name}", wait_s=0.0):
            try:
                before = self._require_connected(name)
                result = self._fetched(before, exchange, by=by, max_shrink=max_shrink, anew=anew, force=force)
            except (ExchangeTrouble, ListMismatch) as trouble:
                self.note_trouble(name, str(trouble))
                raise
            self.note_trouble(name, None)
        return result

    def note_trouble(self, name: str, trouble: str | None) -> None:
        """Say why the newest fetch does not count, None if it does; `trouble_at` stays while the trouble does."""
        since = None if trouble is None else datetime.now(UTC)
        which = list_.c.name == name
        if trouble is not None:
            which &= list_.c.trouble.is_(None) | (list_.c.trouble != trouble)
        with self._db.write() as conn:
            conn.execute(update(list_).where(which).values(trouble=trouble, trouble_at=since))

    def _fetched(
        self, before: Revision, exchange: Exchange, *, by: str, max_shrink: float, anew: bool, force: bool
    ) -> Revision:
        since = None if anew else self._checkpoint(before)
        began = datetime.now(UTC)
        with Delta() as delta, Staging(len(HASHES.key)) as staging:
            checkpoint = _drained(exchange, since, delta)
            if since is None:
                _require_readable(delta)
            staging.fill(self._keys(before.list, delta, keep=since is not None))
            where = _exchange_of(before)
            change = Change(
                kind=HASHES,
                name=before.list,
                origin=IMPORTED,
                verb="fetch",
                by=by,
                why=f"fetch from {where['kind']}",
                source=f"{where['url']} ({where['kind']})",
                checkpoint={"exchange": dict(where), "at": dict(checkpoint)},
                as_of=began,
                follows=before.number,
                forced=force,
                rejections=delta.rejections,
            )
            own = _policy_of(before).max_shrink
            return self._sealing.replace(change, staging, max_shrink=max_shrink if own is None else own)

    def _keys(self, name: str, delta: Delta, *, keep: bool) -> Iterator[Key]:
        """Yield what the list is to hold: what the exchange said, and with `keep` what it said nothing of."""
        yield from map(key_of, delta.hashes())
        if not keep:
            return
        held = select(*HASHES.key_columns).where(HASHES.counting(name))
        entry = HASHES.key.index("source_entry")
        with self._db.read() as conn:
            for row in conn.execute(held, execution_options={"yield_per": BATCH_ROWS}):
                if not delta.names(row[entry]):
                    yield tuple(row)

    def _checkpoint(self, before: Revision) -> Checkpoint | None:
        """Return where the last fetch ended, if the list holds what that fetch left, and from the same exchange.

        After an import, or from another exchange, all has to be fetched anew: what came before was never seen.
        """
        kept = before.checkpoint
        if kept is None or kept.get("exchange") != _exchange_of(before):
            return None
        with self._db.read() as conn:
            left = next((each for each in revisions_of(conn, HASHES, before.list) if each.checkpoint == kept), before)
        at = kept.get("at")
        return at if left.digest == before.digest and isinstance(at, Mapping) else None

    def _newest(self, name: str) -> Revision | None:
        with self._db.read() as conn:
            return next((each for each in newest_revisions(conn, HASHES) if each.list == name), None)

    def _require_own_credentials(self, name: str) -> None:
        """What opens one exchange must never be sent to another."""
        for other in (each.revision.list for each in self.connected()):
            if other != name and environment_prefix(other) == environment_prefix(name):
                raise ListMismatch(f"list {name} would be fetched with the credentials of list {other}: rename it")

    def _require_connected(self, name: str) -> Revision:
        newest = self._newest(name)
        if newest is None or not _exchange_of(newest):
            raise ListMismatch(f"list {name} is connected to no exchange; altsieve hashlist connect does that")
        return newest


def _drained(exchange: Exchange, since: Checkpoint | None, delta: Delta) -> Checkpoint:
    """Take all batches; a fetch that ends without a checkpoint has not come to its end."""
    checkpoint: Checkpoint | None = None
    for batch in exchange.fetch(since):
        delta.add(batch.updates)
        checkpoint = batch.checkpoint
    if checkpoint is None:
        raise ExchangeTrouble("the exchange could not be read to its end")
    return checkpoint


def _require_readable(delta: Delta) -> None:
    if delta.unreadable > delta.taken:
        raise ExchangeTrouble(f"{delta.unreadable} hashes of the exchange cannot be read, and only {delta.taken} can")


def _connected(newest: Revision, row: Any) -> Connected:
    where = _exchange_of(newest)
    kind = ExchangeKind(where["kind"])
    return Connected(revision=newest, kind=kind, url=where["url"], trouble=row.trouble, trouble_at=row.trouble_at)


def _exchange_of(newest: Revision) -> Mapping[str, str]:
    return _policy_of(newest).exchange or {}


def _policy_of(newest: Revision | None) -> ListPolicy:
    try:
        return ListPolicy.read(None if newest is None else newest.policy)
    except BadPolicy as bad:
        raise ListMismatch(str(bad)) from None


def _address(url: str) -> str:
    try:
        return service_url(url)
    except ValueError as error:
        raise ListMismatch(str(error)) from None
