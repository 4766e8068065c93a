import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from console.cli import main


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
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Altsieve:
    """Return the command line in a folder of its own, where nothing is set up yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCRAPY_SETTINGS_MODULE", raising=False)
    for name in ("DATABASE_URL", "OBJECTS_URL", "CONTACT_URL", "ALLOW_NETWORKS", "LOG_FILE"):
        monkeypatch.delenv(f"ALTSIEVE_{name}", raising=False)

    def altsieve(*arguments: str, stdin: str | None = None) -> Answer:
        result = CliRunner().invoke(main, arguments, input=stdin, prog_name="altsieve")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return altsieve


@pytest.fixture
def altsieve(empty: Altsieve) -> Altsieve:
    """Return the command line in a folder of its own, with a new database."""
    assert empty("db", "upgrade").code == 0
    return empty
