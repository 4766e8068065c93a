"""Say what has to be durable before what, and find in a trace where it was not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from tests.faults.calls import Call

_SYNCS = ("fsync", "fdatasync")
_WRITES = ("write", "pwrite64")


@dataclass(frozen=True)
class Order:
    """The calls of one process, and what is missing between them: each word names what a power cut would undo."""

    calls: Sequence[Call]

    def missing(self) -> Iterator[str]:
        yield from self._renames()
        yield from self._new_folders()
        yield from self._deletions()
        yield from self._commits()
        yield from self._stored()
        yield from self._checkpoints()

    def named(self, name: str) -> list[Call]:
        return [each for each in self.calls if each.name == name]

    def passed(self, ending: str) -> list[Call]:
        return [each for each in self._moments if each.said and each.said[1].endswith(ending)]

    @cached_property
    def _moments(self) -> list[Call]:
        return [each for each in self.calls if each.said]

    def _renames(self) -> Iterator[str]:
        """A file is synced after its last write and before it has its name, and then the folder of its name is."""
        for each in self.named("rename"):
            source, target = each.names
            written = max(
                (call.ended for call in self.calls if call.name in _WRITES and call.file == source), default=0
            )
            if not self._is_synced(source, written, each.begun):
                yield f"a file is renamed before it is synced: {PurePath(target).parent.name}"
            if not self._is_synced(str(PurePath(target).parent), each.ended, self._next_step(each)):
                yield f"the folder of a new name is not synced: {PurePath(target).parent.name}"

    def _new_folders(self) -> Iterator[str]:
        for each in self.named("mkdir"):
            folder = str(PurePath(each.names[0]).parent)
            if "objects" in each.names[0] and not self._is_synced(folder, each.ended, self._next_step(each)):
                yield f"the folder of a new folder is not synced: {folder}"

    def _deletions(self) -> Iterator[str]:
        for each in self.named("unlink"):
            folder = str(PurePath(each.names[0]).parent)
            if "/objects/" in each.names[0] and not self._is_synced(folder, each.ended, self._next_step(each)):
                yield "the folder of a deleted object is not synced"

    def _commits(self) -> Iterator[str]:
        """What follows a commit follows its sync, or the answer of the server that did it."""
        for after in self.passed(".after-commit"):
            name = str(after.said and after.said[1]).removesuffix(".after-commit")
            before = max(call.ended for call in self.passed(f"{name}.before-commit") if call.ended < after.begun)
            if not self._is_durable(after.thread, before, after.begun):
                yield f"a commit is not durable: {name}"

    def _stored(self) -> Iterator[str]:
        for each in self._moments:
            if (
                each.said
                and each.said[0] == "stored"
                and not any(call.ended < each.begun for call in self.passed("final.after-commit"))
            ):
                yield "a pair is said to be stored before its commit"

    def _checkpoints(self) -> Iterator[str]:
        for each in self.calls:
            signs = each.name in _WRITES and each.file.endswith(".checkpoints")
            if signs and not self._is_synced(each.file, each.ended, self._next_step(each)):
                yield "a checkpoint is not synced"

    def _is_synced(self, path: str, after: int, before: int) -> bool:
        return any(
            call.name in _SYNCS and call.file == path and after < call.begun and call.ended < before
            for call in self.calls
        )

    def _is_durable(self, thread: str, after: int, before: int) -> bool:
        """Say whether what was written to SQLite's log is synced, and PostgreSQL has answered, if it was asked."""
        calls = self._between(after, before)
        written = [call for call in calls if call.name == "pwrite64" and call.file.endswith("-wal")]
        if written:
            return self._is_synced(written[-1].file, written[-1].ended, before)
        asked = [call for call in calls if call.name == "sendto" and "COMMIT" in call.text]
        answers = [call for call in calls if call.name == "recvfrom" and call.thread == thread]
        return not asked or any(call.begun > asked[-1].begun for call in answers)

    def _between(self, after: int, before: int) -> list[Call]:
        return [call for call in self.calls if after < call.begun and call.ended < before]

    def _next_step(self, call: Call) -> int:
        """Return when its thread has come to the next moment: by then it has to be durable."""
        later = (each.begun for each in self._moments if each.thread == call.thread and each.begun > call.ended)
        return next(later, self.calls[-1].ended + 1)
