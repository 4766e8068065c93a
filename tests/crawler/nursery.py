"""Fork crawls and their workers from processes that have imported what they need: most of their time otherwise.

`python -m tests.crawler.nursery SOCKET_FD crawl|worker` forks for each message, as long as there is another end.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import IO, Final

from crawler import worker_link, worker_process

CHECKOUT: Final = Path(__file__).parents[2]
_MOST_SAID: Final = 1 << 20
_MOST_FILES: Final = 5
_OF_CRAWLS: Final = ("crawler.launch", "crawler.http_handler", "crawler.judge", "crawler.persist", "tldextract")
_OF_WORKERS: Final = (
    *("filters.measure.picture", "filters.measure.private_metadata.removal", "scipy.fftpack"),
    *("crawler.extract", "crawler.found_languages", "crawler.masked", "crawler.sitemap"),
    *("crawler.score_task", "crawler.canary_edits"),
)


class ForkedProcess:
    """Like a `Popen`: its number, what it is told, and how it ended are known by way of who keeps it."""

    def __init__(
        self, nursery: socket.socket, arguments: Sequence[str], environment: Mapping[str, str], files: Sequence[int]
    ) -> None:
        self.returncode: int | None = None
        self._keeper, keepers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with keepers:
            said = json.dumps([arguments, dict(environment)]).encode()
            socket.send_fds(nursery, [said], [keepers.fileno(), *files])
        self._pid = self._heard()

    def send_signal(self, signal_number: int) -> None:
        if self.returncode is None:
            os.kill(self._pid, signal_number)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Return its exit code, or the number of the signal that ended it, negative."""
        if self.returncode is None:
            self.returncode = self._heard()
            self._keeper.close()
        return self.returncode

    def _heard(self) -> int:
        said = self._keeper.recv(100)
        assert said, "whoever keeps the process is gone"
        return int(said)


class ForkedCrawl(ForkedProcess):
    """As `python -W error -m crawler.launch --events-fd 1` would be."""

    def __init__(self, environment: Mapping[str, str], stderr: IO[bytes]) -> None:
        spec_fd, stdin = os.pipe()
        stdout, events_fd = os.pipe()
        files = [spec_fd, events_fd, stderr.fileno(), _nursery("worker").fileno()]
        super().__init__(_nursery("crawl"), ["--events-fd", "1"], environment, files)
        os.close(spec_fd)
        os.close(events_fd)
        self.stdin = os.fdopen(stdin, "wb")
        self.stdout = os.fdopen(stdout, "rb")


@cache
def _nursery(kind: str) -> socket.socket:
    """Start it, once in each process of tests, and end it with that."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = (*_KINDS[kind][0], "-m", "tests.crawler.nursery", str(theirs.fileno()), kind)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, *command],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            cwd=CHECKOUT,
            env={**os.environ, **worker_link.FRUGAL},
        )
    atexit.register(process.wait)
    atexit.register(ours.close)  # called first
    return ours


def serve(asked: socket.socket, work: "_Work") -> int | None:
    """Return in the server when nobody can ask any more, and in what it has forked when the work is done."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        said, files, *_ = socket.recv_fds(asked, _MOST_SAID, _MOST_FILES)
        if not said:
            return 0
        if os.fork() == 0:
            asked.close()
            arguments, environment = json.loads(said)
            return _keep(work, arguments, environment, socket.socket(fileno=files[0]), files[1:])
        for each in files:
            os.close(each)


def _keep(
    work: "_Work", arguments: list[str], environment: dict[str, str], asking: socket.socket, files: list[int]
) -> int | None:
    """Say the number of the process, and how it has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        asking.close()
        os.environ.clear()
        os.environ.update(environment)
        return work(arguments, files)
    asking.send(str(pid).encode())
    for each in files:
        os.close(each)
    _, status = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):  # whoever asked was killed
        asking.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _crawl(arguments: list[str], files: list[int]) -> int:
    from crawler import launch

    *standard, workers = files
    for number, each in enumerate(standard):
        os.dup2(each, number)
        os.close(each)
    vars(worker_link)["start_process"] = partial(_forked_worker, socket.socket(fileno=workers))
    return launch.main(arguments)


def _forked_worker(
    nursery: socket.socket, pipe_fd: int, arguments: Sequence[str], variables: Mapping[str, str]
) -> ForkedProcess:
    return ForkedProcess(nursery, arguments, variables, [pipe_fd])


def _work(arguments: list[str], files: list[int]) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)
    sys.orig_argv = [sys.executable, "-m", "crawler.worker_process", *arguments]
    worker_process.main(files[0], arguments[0], *arguments[1:])


_Work = Callable[[list[str], list[int]], int | None]
_KINDS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...], _Work]]] = {
    "crawl": (("-W", "error"), _OF_CRAWLS, _crawl),
    "worker": ((), _OF_WORKERS, _work),
}

if __name__ == "__main__":
    _, modules, done = _KINDS[sys.argv[2]]
    for module in modules:
        import_module(module)
    with socket.socket(fileno=int(sys.argv[1])) as ends:
        sys.exit(serve(ends, done))
