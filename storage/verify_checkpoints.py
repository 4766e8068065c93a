"""Check that every checkpoint is signed by us and follows the one before it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from storage.checkpoints import Checkpoint, Checkpoints, Line
from storage.finding import Finding

Signed: TypeAlias = dict[str, dict[int, str]]
"""Segment -> size -> root in hex, as was signed."""


def read_checkpoints(checkpoints: Checkpoints) -> tuple[Signed, list[Finding]]:
    signed: Signed = defaultdict(dict)
    return signed, list(_read(checkpoints, signed))


def _read(checkpoints: Checkpoints, signed: Signed) -> Iterator[Finding]:
    previous: str | None = None
    last: Line | None = None
    for line in checkpoints.lines():
        last = line
        if line.checkpoint is None:  # torn by a crash, if the next one follows the one before it
            continue
        if line.checkpoint.previous != previous:
            yield _finding("checkpoint.chain", line, "does not follow the line before it: a line is missing or changed")
        previous = line.digest
        yield from _take(checkpoints, line, line.checkpoint, signed)
    if last is None:
        yield Finding(
            code="checkpoints.missing",
            subject="checkpoints",
            text="There is no checkpoint, so nothing shows that the ledger is whole; bring the file back.",
        )
    elif last.checkpoint is None and not last.torn:
        yield _finding("checkpoint.unreadable", last, "is the last and cannot be read")


def _take(checkpoints: Checkpoints, line: Line, checkpoint: Checkpoint, signed: Signed) -> Iterator[Finding]:
    if not checkpoints.signed_by_us(checkpoint):
        yield _finding("checkpoint.signature", line, "was not signed with our key, or was changed since")
        return
    for segment, (size, root) in checkpoint.segments.items():
        if size < max(signed[segment], default=0):
            yield _finding("checkpoint.shrunk", line, f"says that segment {segment} had become smaller")
        signed[segment][size] = root


def _finding(code: str, line: Line, what: str) -> Finding:
    return Finding(code=code, subject=f"line {line.number}", text=f"Line {line.number} of the checkpoints {what}.")
