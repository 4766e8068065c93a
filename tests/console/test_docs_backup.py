import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.storage.catalogues import catalogue
from tests.storage.postgres import OWNER, Postgres, server

PAGE = (Path(__file__).parents[2] / "docs" / "backup.md").read_text()
COMMANDS = dict(re.findall(r"^```sh (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
pytestmark = pytest.mark.only("sqlite", why="it sets up each kind of store itself")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with server() as started:
        yield started


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    with catalogue(folder / "data"):
        pass
    return folder


@pytest.fixture
def here(recorded: Path, tmp_path: Path) -> Path:
    shutil.copytree(recorded, tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


def type_(name: str, folder: Path, settings: Mapping[str, str] = {}) -> str:
    """Type the commands of a block as they stand in the page; any that fails fails the test."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
    path = os.pathsep.join([str(Path(sys.executable).parent), *map(str, programs), os.environ["PATH"]])
    command = ["bash", "-euc", COMMANDS[name]]
    environment = {**os.environ, "PATH": path, **settings}
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, timeout=120, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_of_commands_is_tried_here() -> None:
    tried = {"sqlite-backup", "sqlite-restore", "export", "move", "postgresql-backup", "postgresql-restore"}
    assert set(COMMANDS) == tried
    assert PAGE.count("```sh") == len(tried)


def test_sqlite_and_a_folder_come_back_from_a_backup_at_a_new_place(here: Path, there: Path) -> None:
    type_("sqlite-backup", here)
    shutil.move(here / "backup", there / "backup")
    shutil.rmtree(here)
    assert "nothing found wrong" in type_("sqlite-restore", there)


def test_a_catalogue_moves_to_postgresql_and_comes_back_from_a_dump_at_a_new_place(
    here: Path, there: Path, postgres: Postgres
) -> None:
    at = {"PGHOST": str(postgres.folder), "PGUSER": OWNER}
    type_("export", here)
    assert "nothing found wrong" in type_("move", here, at | {"PGDATABASE": "moved"})
    type_("postgresql-backup", here, at | {"PGDATABASE": "moved"})
    shutil.move(here / "backup", there / "backup")
    shutil.rmtree(here)
    restored = at | {"PGDATABASE": "restored", "ALTSIEVE_DATABASE_URL": "postgresql+psycopg://"}
    assert "nothing found wrong" in type_("postgresql-restore", there, restored)
