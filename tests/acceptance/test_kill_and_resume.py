"""Kill the whole process tree of a crawl at random moments: what is resumed ends like a crawl that nobody disturbed.

Three kills by default; `ACCEPTANCE_KILLS=10 python -m pytest tests/acceptance/test_kill_and_resume.py` does ten.
"""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from console.demo.pictures import SCENES
from tests import mock_site
from tests.acceptance.workshop import LOOPBACK, Workshop, adds_up, processes_below
from tests.mock_site import CAPTION, Web, page, picture

_KILLS = int(os.environ.get("ACCEPTANCE_KILLS", "3"))
_SETTINGS = (*LOOPBACK, "-s", "MAX_CAPTIONS_PER_IMAGE=0", "-s", "ALLOWED_NETWORKS_DELAY=0.01")
_PAGES = 24

_BYTES_BEFORE_THEIR_ROW = {"object.left", "object.orphan"}
"""Meant to be stored by the run that was killed, whole or half-way: the next one clears it away."""


@pytest.fixture(scope="module")
def served() -> Iterator[Web]:
    with mock_site.serving() as web:
        yield web


@pytest.fixture(scope="module")
def seed(served: Web) -> str:
    """A page that links to 24 pages with six pictures each, every picture under many texts."""
    names = list(SCENES)
    pages = [
        page(
            *(
                (picture(names[(number * 5 + k) % len(names)]), f"Page {number} shows this in place {k}")
                for k in range(6)
            ),
            title=f"Page {number}",
        )
        for number in range(_PAGES)
    ]
    return served.plant_page("/", (picture("kite"), CAPTION), links=pages)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, served: Web, seed: str) -> tuple[set[str], int]:
    """Return the pair ids of a crawl that nobody disturbed, and how many requests it made."""
    workshop = Workshop.open(tmp_path_factory.mktemp("undisturbed") / "altsieve")
    run = workshop.crawl(seed, *_SETTINGS)
    assert run["stored"] == _PAGES * 6 + 1
    return {each["pair_id"] for each in workshop.ask("pairs")}, len(served.log)


def test_a_crawl_that_is_killed_and_resumed_keeps_the_same_pairs(
    tmp_path: Path, served: Web, seed: str, undisturbed: tuple[set[str], int]
) -> None:
    expected, requests = undisturbed
    workshop = Workshop.open(tmp_path / "altsieve")
    chance = random.Random(_KILLS)  # noqa: S311  # not a secret
    for _ in range(_KILLS):
        process = workshop.start("crawl", *_as_it_goes_on(workshop, seed))
        _wait_for_requests(served, process, len(served.log) + chance.randint(1, requests // _KILLS))
        _wait(process, chance.uniform(0, 0.3))
        assert process.poll() is None, "the crawl was over before it could be killed"
        _kill(process)
        found = workshop.run("verify", "--json").lines
        assert {each["code"] for each in found} <= _BYTES_BEFORE_THEIR_ROW, found
    run = workshop.crawl(*_as_it_goes_on(workshop, seed))
    assert adds_up(run)
    assert {each["pair_id"] for each in workshop.ask("pairs")} == expected
    said = workshop.run("verify")
    assert said.status == 0, said.all


def _as_it_goes_on(workshop: Workshop, seed: str) -> tuple[str, ...]:
    runs = workshop.ask("runs")
    return ("--resume", runs[0]["run_id"], *_SETTINGS) if runs else (seed, *_SETTINGS)


def _wait_for_requests(web: Web, process: subprocess.Popen[bytes], number: int) -> None:
    while len(web.log) < number and process.poll() is None:
        _wait(process, 0.01)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the command, its crawl and every worker, without a chance to tidy up."""
    for pid in processes_below(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
