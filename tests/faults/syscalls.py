"""Look at the system calls of a running process, and let some of them fail or be its last."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MISSING: Final = "strace is not installed, or may not look at processes; as root type: apt-get install strace"
_WAIT_S: Final = 20.0


class NoStrace(AssertionError):
    """The order of writes cannot be seen, so nothing can be said of it."""


@contextmanager
def traced(
    *pids: int, trace: str, inject: Sequence[str] = (), out: Path | None = None, threads: bool = True
) -> Iterator[None]:
    """Trace processes until they end, or with `threads` false one thread of each until the block is left.

    The block has to see to it that processes end: strace is not asked to detach from threads that may be ending, for
    then it can wait for the first of them, which the kernel reports last, and never look at the others.

    `inject` are strace's: `fsync:error=EIO`, `write:signal=SIGKILL:when=2`. What is traced is written to `out`.
    """
    program = shutil.which("strace")
    if program is None:
        raise NoStrace(MISSING)
    command = [program, "-yy", "-s", "80", "-e", f"trace={trace}", "-o", str(out or "/dev/null")]
    command += [part for each in inject for part in ("-e", f"inject={each}")]
    command += ["-f"] if threads else []
    command += [part for each in pids for part in ("-p", str(each))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait_until_attached(process, len(pids))
            yield
            if threads:
                process.wait(_WAIT_S)
        finally:
            process.send_signal(signal.SIGKILL if threads else signal.SIGTERM)


def _wait_until_attached(process: "subprocess.Popen[str]", count: int) -> None:
    assert process.stderr is not None
    said, until = "", time.monotonic() + _WAIT_S
    while count and time.monotonic() < until:
        line = process.stderr.readline()
        if not line:
            break
        said += line
        count -= " attached" in line
    if count:
        raise NoStrace(f"{MISSING} (it said: {said.strip()})")
