"""Drive processes that do the product's own writes: begin one, wait until it has come to a moment, let it go on."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.channel import Channel
from tests.faults.place import Place

_PATIENCE_S = 60


@dataclass(kw_only=True)
class Driven:
    """One process. `stored` are the pairs that it was told are stored, to the last before its end."""

    channel: Channel
    pid: int
    thread: int = 0
    stored: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    done: bool = False
    failed: dict[str, Any] | None = None

    def until_stopped(self) -> bool:
        """Return whether it stands at its moment; otherwise it has ended, and nothing more can be said to it."""
        while (heard := self._hear()) is not None:
            if "at" in heard:
                self.thread = heard["thread"]
                return True
            self._take(heard)
        self.channel.close()
        return False

    def go_on(self) -> None:
        with suppress(BrokenPipeError):
            self.channel.say(go=True)

    def until_ended(self) -> None:
        if self.until_stopped():
            raise AssertionError("it stands at a moment where it was not to stop")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _hear(self) -> dict[str, Any] | None:
        try:
            return self.channel.hear()
        except TimeoutError:
            os.kill(self.pid, signal.SIGABRT)  # it writes on stderr where its threads are
            raise

    def _take(self, heard: dict[str, Any]) -> None:
        if "stored" in heard:
            self.stored.append(heard["stored"])
        if "passed" in heard:
            self.passed.append(heard["passed"])
        self.done |= "done" in heard
        self.failed = heard.get("failed", self.failed)


@dataclass(frozen=True, kw_only=True)
class Drivers:
    """Begins processes."""

    address: str

    def begin(self, work: str, place: Place, *, moment: str | None = None, nth: int = 1, trace: bool = False) -> Driven:
        """It waits for its first `go_on`, so that it can be traced from its first call."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(None)
        connection.connect(self.address)
        channel = Channel(connection)
        channel.be_patient(_PATIENCE_S)
        channel.say(work=work, place=asdict(place), moment=moment, nth=nth, trace=trace)
        heard = channel.hear()
        assert heard is not None
        return Driven(channel=channel, pid=heard["pid"])

    def to_the_end(self, work: str, place: Place, *, trace: bool = False) -> Driven:
        """Do a work that nothing disturbs."""
        process = self.begin(work, place, trace=trace)
        process.go_on()
        process.until_ended()
        assert process.done, process.failed
        return process


@contextmanager
def drivers() -> Iterator[Drivers]:
    with tempfile.TemporaryDirectory(prefix="altsieve-faults-") as folder:
        address = f"{folder}/drivers"
        with subprocess.Popen([sys.executable, "-m", "tests.faults.driver", address], cwd=_ROOT) as process:
            try:
                _wait_for(Path(address), process)
                yield Drivers(address=address)
            finally:
                process.kill()


_ROOT = Path(__file__).parents[2]


def _wait_for(address: Path, process: "subprocess.Popen[bytes]") -> None:
    while not address.exists():
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            raise AssertionError("the drivers have not begun")
