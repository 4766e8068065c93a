import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from console.cli import main
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import crawling


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Altsieve = Callable[..., Answer]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Altsieve:
    """Return the command line in a folder of its own, told of a database that is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCRAPY_SETTINGS_MODULE", raising=False)
    for name in ("DATABASE_URL", "OBJECTS_URL", "CONTACT_URL", "ALLOW_NETWORKS", "LOG_FILE"):
        monkeypatch.delenv(f"ALTSIEVE_{name}", raising=False)
    for name, value in Place.of(tmp_path / "data").beside_defaults.items():
        monkeypatch.setenv(name, value)

    def altsieve(*arguments: str, stdin: str | None = None) -> Answer:
        result = CliRunner().invoke(main, arguments, input=stdin, prog_name="altsieve")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return altsieve


@pytest.fixture
def empty(command: Altsieve) -> Altsieve:
    """Return it where nothing is set up yet."""
    Place.of(Path("data")).make_empty()
    return command


@pytest.fixture
def altsieve(command: Altsieve) -> Altsieve:
    """Return it with a new database."""
    Place.of(Path("data")).lay_down()
    return command


@dataclass(frozen=True)
class Recorded:
    """A command line beside a finished run: two pairs, one seen twice, and one candidate of each other ending."""

    altsieve: Altsieve
    run_id: str
    pair_ids: tuple[str, ...]


@pytest.fixture
def recorded(altsieve: Altsieve) -> Recorded:
    with crawling(Path("data")) as crawl:
        page_id = crawl.new_page()
        kept = [samples.kept(page_id, number) for number in (1, 2)]
        crawl.record(
            page_id, *kept, samples.refused(page_id, 3), samples.unsure(page_id, 4), samples.failed(page_id, 5)
        )
        again = crawl.new_page("again")
        crawl.record(again, samples.kept(again, 1))
        incident = crawl.new_page("incident")
        crawl.record(incident, samples.match(incident, 6), samples.beside(incident, 7))
        crawl.end()
        return Recorded(altsieve, crawl.run.run_id, tuple(each.pair.pair_id for each in kept))
