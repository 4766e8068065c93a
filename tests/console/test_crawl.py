import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import models
from tests.console.conftest import Altsieve
from tests.console.interface import RUN_FIELDS
from tests.mock_site import Web, page, picture, serving

SETTINGS = {"ALLOW_NETWORKS": "127.0.0.0/8", "INSPECTION_WORKERS": "1", **models.SETTINGS}
LOOPBACK = tuple(part for name, value in SETTINGS.items() for part in ("-s", f"{name}={value}"))
CLI = (sys.executable, "-P", "-c", "from console.cli import main; main(prog_name='altsieve')")


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as served:
        yield served


@pytest.fixture(autouse=True)
def some_list(altsieve: Altsieve) -> None:
    """Without any list of known material nothing is begun."""
    Path("made-up.txt").write_text("5e" * 32)
    made_up = ("made-up.txt", "--name", "made-up", "--type", "sha256", "--synthetic")
    assert altsieve("hashlist", "import", *made_up).code == 0


def test_a_crawl_for_programs_is_one_object_that_adds_up(altsieve: Altsieve, web: Web) -> None:
    seeds = f"# two seeds\n\n{web.url(page(picture('teapot')))}\n{web.url(page('/status/404'))}\n"
    answer = altsieve("crawl", "--from", "-", "--depth", "0", *LOOPBACK, "--json", stdin=seeds)
    assert (answer.code, answer.err) == (0, "")
    run = answer.json
    assert set(run) >= RUN_FIELDS
    assert (run["state"], run["pages"], run["candidates"], run["stored"]) == ("finished", 2, 2, 1)
    assert run["failed"] == {"fetch.failed": 1}
    assert altsieve("runs", "show", run["run_id"], "--json").json == run
    assert altsieve("verify").code == 0


def test_a_crawl_that_reads_no_page_is_answered_with_no_and_says_why(altsieve: Altsieve, web: Web) -> None:
    answer = altsieve("crawl", web.url("/status/404"), *LOOPBACK)
    assert answer.code == 1
    assert "  not read    1\n            1  fetch.failed  the server" in answer.out


def test_a_crawl_that_is_not_ready_says_what_to_type(altsieve: Altsieve) -> None:
    answer = altsieve("crawl", "https://example.org/", "-s", "CONTACT_URL=https://example.org/crawler")
    assert answer.code == 3
    assert "type: altsieve hashlist import FILE --name LIST" in answer.err
    assert altsieve("runs", "--json").out == ""


def test_a_log_that_cannot_be_written_is_told_before_anything_begins(altsieve: Altsieve, web: Web) -> None:
    Path("file").touch()
    answer = altsieve("crawl", web.url("/"), "-s", "LOG_FILE=file/crawl.log")
    assert (answer.code, altsieve("runs", "--json").out) == (3, "")
    assert "the log file/crawl.log cannot be written" in answer.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_can_be_resumed(altsieve: Altsieve, web: Web, number: signal.Signals) -> None:
    names = ("kite", "castle", "windmill", "rainbow")
    links = [page(picture(name), title=name) for name in names]
    slow = ("-s", "ALLOWED_NETWORKS_CONCURRENCY=1", "-s", "ALLOWED_NETWORKS_DELAY=0.7")
    started = subprocess.Popen(
        [*CLI, "crawl", web.url(page(picture("teapot"), links=links)), *LOOPBACK, *slow],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    with started:
        assert started.stderr is not None
        run_id = started.stderr.readline().split()[1]
        assert started.stderr.readline().startswith("pages ")
        started.send_signal(number)
        out, err = started.communicate(timeout=120)
    assert started.returncode == 4, out + err
    assert f"altsieve crawl --resume {run_id}" in out
    resumed = altsieve("crawl", "--resume", run_id, *LOOPBACK, "--json")
    assert resumed.code == 0
    assert (resumed.json["run_id"], resumed.json["state"], resumed.json["stored"]) == (run_id, "finished", 5)
    assert json.loads(altsieve("pairs", "--run", run_id, "--json").out.splitlines()[0])["run_id"] == run_id
