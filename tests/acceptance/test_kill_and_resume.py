"""Kill the whole process tree of a crawl at random moments: what is resumed ends like a crawl that nobody disturbed.

Three kills by default; `ACCEPTANCE_KILLS=10 python -m pytest tests/acceptance/test_kill_and_resume.py` does ten.
"""

import os
import random
import signal
import subprocess
import time
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
def undisturbed(tmp_path_factory: pytest.TempPathFactory, seed: str) -> tuple[set[str], float]:
    """Return the pair ids of a crawl that nobody disturbed, and how many seconds it took."""
    workshop = Workshop.open(tmp_path_factory.mktemp("undisturbed") / "altsieve")
    began = time.monotonic()
    run = workshop.crawl(seed, *_SETTINGS)
    assert run["stored"] == _PAGES * 6 + 1
    return {each["pair_id"] for each in workshop.ask("pairs")}, time.monotonic() - began


def test_a_crawl_that_is_killed_and_resumed_keeps_the_same_pairs(
    tmp_path: Path, seed: str, undisturbed: tuple[set[str], float]
) -> None:
    expected, duration_s = undisturbed
    workshop = Workshop.open(tmp_path / "altsieve")
    chance = random.Random(_KILLS)  # noqa: S311  # the same moments every time
    for _ in range(_KILLS):
        _start_and_kill(workshop, seed, after_s=chance.uniform(0.3, 0.9) * duration_s)
        assert workshop.run("verify").status == 0
    run = workshop.crawl(*_as_it_goes_on(workshop, seed))
    assert adds_up(run)
    assert {each["pair_id"] for each in workshop.ask("pairs")} == expected
    said = workshop.run("verify")
    assert said.status == 0, said.all


def _as_it_goes_on(workshop: Workshop, seed: str) -> tuple[str, ...]:
    runs = workshop.ask("runs")
    return ("--resume", runs[0]["run_id"], *_SETTINGS) if runs else (seed, *_SETTINGS)


def _start_and_kill(workshop: Workshop, seed: str, *, after_s: float) -> None:
    """Kill the command, its crawl and every worker, without a chance to tidy up."""
    process = workshop.start("crawl", *_as_it_goes_on(workshop, seed))
    with suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    for pid in processes_below(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
