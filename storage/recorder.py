"""Record shares from a thread of their own, many in one transaction, and sign the ledger about once a second."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from itertools import repeat
from typing import Any, TypeVar

from sqlalchemy import Connection

from filters.signals.signal import Document
from storage.checkpoints import Checkpoints
from storage.consent_documents import keep_documents
from storage.database import Database
from storage.doomed_objects import delete_doomed
from storage.errors import DatabaseBusy, DatabaseNotReady, DatabaseUnavailable, OutcomeUnknown, RunWasTaken
from storage.frontier import (
    FrontierPage,
    NewPage,
    PageState,
    add_pages,
    drop_hosts,
    end_page,
    lease_pages,
    next_due,
    postpone_page,
)
from storage.held_hashes import HeldHashes
from storage.intake import Intake
from storage.jobs import Closing, Intent, Job, gather
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.object_intents import give_up, intend
from storage.objects import ObjectStore
from storage.runs import Run, require_holder
from storage.share_writer import ShareWriter
from storage.shares import BesideMatch, Entry, Failed, Kept, Match, Receipt, Refused, Result, Share
from storage.signing import Signing

__all__ = [
    "BesideMatch",
    "Entry",
    "Failed",
    "Kept",
    "Match",
    "NewPage",
    "Receipt",
    "Recorder",
    "Refused",
    "Result",
    "Share",
]

MOST_QUEUED = 10_000
"""Entries and found pages, some kilobytes each, that may wait; the pages open in a crawl hand in far fewer."""

_FAULTS_OF_NONE = (DatabaseUnavailable, DatabaseNotReady, DatabaseBusy, RunWasTaken)

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Recorder:
    """The one writer of a run. A future is done only after COMMIT; one that fails does not spoil the others."""

    def __init__(
        self,
        db: Database,
        ledger: Ledger,
        checkpoints: Checkpoints,
        keys: KeyRing,
        run: Run,
        *,
        incident_public_key: str | None = None,
        incident_due_days: int = 3,
        max_captions_per_image: int = 0,
        max_pictures_per_caption: int = 0,
        objects: ObjectStore | None = None,
        most_queued: int = MOST_QUEUED,
    ) -> None:
        """`objects` are where the bytes of what a match takes back are deleted; without it the next run does that.

        Of more than `most_queued` entries that wait to be recorded, the last is handed in once there is room for it.
        """
        self._db = db
        self._objects = objects
        self._signing = Signing(db=db, checkpoints=checkpoints)
        self._run_id = run.run_id
        self._holder = run.holder
        self._writer = ShareWriter(
            ledger,
            keys,
            run_id=run.run_id,
            settings_digest=run.settings_digest,
            incident_public_key=incident_public_key,
            incident_due_days=incident_due_days,
            max_captions_per_image=max_captions_per_image,
            max_pictures_per_caption=max_pictures_per_caption,
        )
        self._queue = Intake[Job[Any] | Closing](most=most_queued)
        self._trouble: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def intend(self, object_keys: Collection[str]) -> Future[None]:
        """Say what is about to be put; put it once this is done, and not before."""
        return self._hand_in(Job(does=Intent(object_keys=tuple(object_keys)), weight=len(object_keys)))

    def give_up(self, object_keys: Collection[str]) -> Future[int]:
        """Doom what was put, or meant to be, unless a picture has it; the future says how many are to be deleted."""
        return self.call(lambda conn: give_up(conn, object_keys), weight=len(object_keys))

    def submit(self, share: Share) -> Future[Receipt]:
        return self._hand_in(Job(does=share, weight=len(share.entries)))

    def submit_pages(self, pages: Sequence[NewPage]) -> Future[int]:
        """Add pages to the frontier; the future says how many were new."""
        return self.call(lambda conn: add_pages(conn, self._run_id, pages), weight=len(pages))

    def lease_pages(self, count: int, *, other_than_hosts: Collection[str] = ()) -> Future[list[FrontierPage]]:
        return self.call(lambda conn: lease_pages(conn, self._run_id, count, other_than_hosts=other_than_hosts))

    def next_due(self) -> Future[datetime | None]:
        return self.call(lambda conn: next_due(conn, self._run_id))

    def postpone_page(self, page_id: str, next_try_at: datetime, *, whole_host: bool = False) -> Future[None]:
        """Give a page back to the frontier until then; with `whole_host` all that is pending of its host too."""
        return self.call(lambda conn: postpone_page(conn, page_id, next_try_at, whole_host=whole_host))

    def drop_hosts(self, hosts: Collection[str]) -> Future[int]:
        """Forget what is pending of some hosts."""
        return self.call(lambda conn: drop_hosts(conn, self._run_id, hosts))

    def fail_page(
        self,
        page_id: str,
        reason: str,
        evidence: Mapping[str, object] | None = None,
        documents: Sequence[Document] = (),
    ) -> Future[None]:
        """End a page that could not be read, or was refused as a whole, with the documents that its evidence names."""

        def fail(conn: Connection) -> None:
            keep_documents(conn, documents)
            end_page(conn, page_id, PageState.FAILED, reason, evidence)

        return self.call(fail)

    def call(self, does: Callable[[Connection], T], *, weight: int = 1) -> Future[T]:
        """Do something in the transaction of the next group, before its shares: wait for a share that it is to see."""
        return self._hand_in(Job(does=does, weight=weight))

    def close(self) -> None:
        """Record what was handed in, sign everything, and raise what kept the ledger from being signed."""
        self._queue.put(Closing.CLOSING, 0)
        self._thread.join()
        if self._trouble is not None:
            raise self._trouble

    def _hand_in(self, job: Job[T]) -> Future[T]:
        """Wait while too much is queued: a crawl that the database cannot follow is to stop, and not to fill memory."""
        if not self._thread.is_alive():
            raise RuntimeError("the recorder is closed")
        job.future.set_running_or_notify_cancel()  # what is handed in is recorded: it cannot be cancelled
        self._queue.put(job, max(1, job.weight))
        return job.future

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            group, goes_on = gather(self._queue, look_up_at=self._signing.due_at)
            self._commit(group)
            self._sign(at_the_end=not goes_on)

    def _commit(self, group: Sequence[Job[Any]]) -> None:
        """Commit all jobs at once; if one fails, nothing of the group is left and each is tried by itself.

        Not so if none of them is at fault: each would wait as long as the group, or be written twice.
        """
        if not group:
            return
        if self._trouble is not None:
            for job in group:
                job.future.set_exception(self._trouble)
            return
        begun_at = datetime.now(UTC)
        try:
            results = self._written(group)
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits for the future
            self._fail_or_split(group, error)
            return
        self._signing.committed()
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)
        self._finish([each for each in results if isinstance(each, Receipt)], begun_at)

    def _written(self, group: Sequence[Job[Any]]) -> list[Any]:
        """Write once more at once what a connection that broke off has undone: most often the next one holds."""
        for tries_left in (1, 0):
            try:
                with self._db.write() as conn:
                    require_holder(conn, self._run_id, self._holder)
                    return self._done(conn, group)
            except DatabaseUnavailable as error:
                if not tries_left or isinstance(error, OutcomeUnknown):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _done(self, conn: Connection, group: Sequence[Job[Any]]) -> list[Any]:
        """Return what each job returns. What is said of objects comes first and the shares last, each kind at once."""
        jobs = [job.does for job in group]
        intend(conn, self._run_id, [key for each in jobs if isinstance(each, Intent) for key in each.object_keys])
        others = iter([each(conn) for each in jobs if not isinstance(each, Intent | Share)])
        receipts = iter(self._writer.write(conn, [each for each in jobs if isinstance(each, Share)]))
        by_kind: dict[type, Iterator[Any]] = {Share: receipts, Intent: repeat(None)}
        return [next(by_kind.get(type(each), others)) for each in jobs]

    def _finish(self, receipts: Sequence[Receipt], begun_at: datetime) -> None:
        """Delete what a match took back. What cannot be now, the next run and the next re-scan do."""
        try:
            if self._objects is not None and any(each.left_objects for each in receipts):
                delete_doomed(self._db, self._objects, since=begun_at)
            if gone := {digest for each in receipts for digest in each.left_hashes}:
                HeldHashes(self._db).forget_gone(gone)
        except Exception as error:  # noqa: BLE001 - its text may name what must not be in a log
            _log.error("could not delete what was taken back: %s", type(error).__name__)

    def _fail_or_split(self, group: Sequence[Job[Any]], error: Exception) -> None:
        if len(group) > 1 and not isinstance(error, _FAULTS_OF_NONE):
            for job in group:
                self._commit([job])
            return
        _log.error("could not record: %s", type(error).__name__)  # its text may name what must not be in a log
        for job in group:
            job.future.set_exception(error)

    def _sign(self, *, at_the_end: bool) -> None:
        """Sign what was committed; when that fails, nothing more is accepted, for it could not be proved."""
        try:
            self._signing.sign(at_the_end=at_the_end)
        except Exception as error:  # noqa: BLE001 - raised by close(), and handed to all who come before that
            _log.error("could not sign the ledger: %s", type(error).__name__)
            self._trouble = error
