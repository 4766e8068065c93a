"""Run a crawl in a process of its own, hear its events, and stop it when asked."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final, Self

from console.configuration import MODULE_VARIABLE
from crawler.events import Event, read_events
from crawler.launch_spec import LaunchSpec

LAUNCH: Final = ("-P", "-m", "crawler.launch")
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG: Final = 1


class CrawlProcess:
    """One `python -m crawler.launch`: the specification on its standard input, its events from a pipe.

    It has a process group of its own, so that Ctrl-C on the terminal reaches this process alone, which passes on what
    is meant: `stop` once lets the crawl end in order, `stop` twice ends it at once. If this process is killed the
    kernel kills the crawl too (on Linux), so that the run can be resumed without waiting.
    """

    def __init__(
        self, spec: LaunchSpec, log: Path, *, settings_module: str = "settings.base", program: tuple[str, ...] = LAUNCH
    ) -> None:
        self._asked_to_stop = 0
        reader, writer = os.pipe()
        with log.open("ab") as complaints:
            self._process = subprocess.Popen(  # our own program, its arguments come from no one
                [sys.executable, *program, "--spec-fd", "0", "--events-fd", str(writer)],
                stdin=subprocess.PIPE,
                stdout=complaints,
                stderr=complaints,
                pass_fds=(writer,),
                env=_environment(settings_module),
                process_group=0,
                preexec_fn=_die_with_parent,  # no thread of ours runs yet
            )
        os.close(writer)
        self._events = os.fdopen(reader, "rb")
        self._hand_over(spec)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no crawl behind, however this process fares."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._events.close()

    def events(self) -> Iterator[Event]:
        """Yield what happens, until the crawl ends."""
        return read_events(self._events)

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> bool:
        """Ask the crawl to end, and return True; asked again, end it at once and return False."""
        self._asked_to_stop += 1
        self._process.send_signal(signal.SIGINT if self._asked_to_stop == 1 else signal.SIGKILL)
        return self._asked_to_stop == 1

    def wait(self) -> int:
        """Return the exit status, negative for the signal that ended it."""
        return self._process.wait()

    def _hand_over(self, spec: LaunchSpec) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise RuntimeError("the crawl was started without a standard input")
        with suppress(BrokenPipeError):  # it died already, which its exit status and its log tell
            pipe.write(spec.to_json())
        with suppress(BrokenPipeError):
            pipe.close()


@contextmanager
def stop_signals(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` instead of ending this process when it is asked to stop."""

    def asked(number: int, frame: FrameType | None) -> None:
        act()

    before = {each: signal.signal(each, asked) for each in _STOPPING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _environment(settings_module: str) -> dict[str, str]:
    """Return ours, with the settings we have read, and our packages rather than what lies in the current folder."""
    ours = str(Path(__file__).resolve().parent.parent)
    search_path = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": search_path, MODULE_VARIABLE: settings_module}


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
