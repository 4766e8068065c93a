import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.crawl_process import CrawlProcess, stop_signals
from crawler.events import Event, Finished, Started
from crawler.launch_spec import LaunchSpec

STAND_IN = ("-m", "tests.console.stand_in_crawl")


def start(behaviour: str, folder: Path) -> CrawlProcess:
    return CrawlProcess(LaunchSpec(seeds=(behaviour,)), folder / "log", program=STAND_IN)


def stop_at_start(process: CrawlProcess, times: int) -> Iterator[Event]:
    for event in process.events():
        yield event
        if times and event.event == "progress":
            times -= 1
            process.stop()


def test_events_come_through_the_pipe_and_chatter_goes_to_the_log(tmp_path: Path) -> None:
    with start("finish", tmp_path) as process:
        kinds = [event.event for event in process.events()]
        assert process.wait() == 0
    assert kinds == ["started", "progress", "finished"]
    assert "chatter" in (tmp_path / "log").read_text()


def test_a_long_list_of_seeds_is_handed_over_whole(tmp_path: Path) -> None:
    seeds = ("finish", *(f"https://example.org/{n}" for n in range(20_000)))
    with CrawlProcess(LaunchSpec(seeds=seeds), tmp_path / "log", program=STAND_IN) as process:
        assert [event.event for event in process.events()][-1] == "finished"


def test_stopping_once_lets_the_crawl_end_in_order(tmp_path: Path) -> None:
    with start("until-stopped", tmp_path) as process:
        events = list(stop_at_start(process, times=1))
        assert process.wait() == 0
    assert isinstance(events[-1], Finished)
    assert events[-1].state == "stopped"


def test_stopping_twice_ends_a_crawl_that_does_not_listen(tmp_path: Path) -> None:
    with start("deaf", tmp_path) as process:
        events = list(stop_at_start(process, times=2))
        assert process.wait() == -signal.SIGKILL
    assert isinstance(events[0], Started)


def test_leaving_early_leaves_no_crawl_behind(tmp_path: Path) -> None:
    with start("deaf", tmp_path) as process:
        next(process.events())
    assert process.wait() == -signal.SIGKILL


def test_a_crawl_that_dies_before_it_reads_is_told_by_its_status(tmp_path: Path) -> None:
    with CrawlProcess(
        LaunchSpec(seeds=("x" * 1_000_000,)), tmp_path / "log", program=("-c", "raise SystemExit(7)")
    ) as it:
        assert list(it.events()) == []
        assert it.wait() == 7


def test_the_terminals_ctrl_c_does_not_reach_the_crawl_directly(tmp_path: Path) -> None:
    with start("deaf", tmp_path) as process:
        next(process.events())
        assert os.getpgid(process.pid) == process.pid != os.getpgrp()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_stop_is_heard_and_the_old_ones_come_back(number: signal.Signals) -> None:
    heard: list[str] = []
    before = signal.getsignal(number)
    with stop_signals(lambda: heard.append("stop")):
        signal.raise_signal(number)
    assert heard == ["stop"]
    assert signal.getsignal(number) is before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a child with its parent")
def test_killing_the_console_kills_the_crawl(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from console.crawl_process import CrawlProcess; from crawler.launch_spec import LaunchSpec\n"
        f"it = CrawlProcess(LaunchSpec(seeds=('deaf',)), Path(sys.argv[1]), program={STAND_IN})\n"
        "next(it.events()); sys.stdout.write(f'{it.pid}\\n'); sys.stdout.flush(); sys.stdin.read()\n"
    )
    console = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "log")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with console:
        assert console.stdout is not None
        pid = int(console.stdout.readline())
        crawl = os.pidfd_open(pid)
        console.kill()
        console.wait()
        assert has_ended(crawl)


def has_ended(pidfd: int) -> bool:
    """Return whether a process ends within a minute."""
    with os.fdopen(pidfd) as watched:
        return bool(select.select([watched], [], [], 60)[0])
