"""Work with the `altsieve` command in a folder of its own, as an operator on a fresh machine would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from tests import past_rules
from tests.models import SETTINGS
from tests.places import Place

LOOPBACK: Final = ("-s", "ALLOW_NETWORKS=127.0.0.0/8")
ALTSIEVE: Final = (sys.executable, "-P", "-c", "from console.cli import main; main(prog_name='altsieve')")
_PATIENCE_S: Final = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]

    @property
    def all(self) -> str:
        return f"exit code {self.status}\n{self.out}\n{self.err}"


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A folder with a database, objects, logs and temporary files, and nothing else.

    Models cost nothing in it and find every harmless picture clean, unless `own_models` says that a crawl asks its own.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    own_models: bool = False

    @classmethod
    def open(cls, folder: Path, *, own_models: bool = False, **environment: str) -> "Workshop":
        """Lay down a database, with a made-up list of known material: without any, nothing is kept."""
        workshop = cls(folder=folder, environment=environment, own_models=own_models)
        workshop.temporary.mkdir(parents=True)
        workshop.place.make_empty()
        workshop.must("db", "upgrade")
        made_up = workshop.temporary / "made-up.txt"
        made_up.write_text("5e" * 32)
        workshop.must("hashlist", "import", str(made_up), "--name", "made-up", "--type", "sha256", "--synthetic")
        made_up.unlink()
        return workshop

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def place(self) -> Place:
        return Place.of(self.folder / "data")

    def copied(self, folder: Path) -> "Workshop":
        """Return one that has the same in another folder, while nobody is at work in this one."""
        shutil.copytree(self.folder, folder, ignore=lambda below, _: ["data"] if Path(below) == self.folder else [])
        self.place.copy_to(folder / "data")
        return replace(self, folder=folder)

    def run(self, *arguments: str) -> Said:
        """Run one command to its end."""
        return self.call(*ALTSIEVE, *arguments)

    def must(self, *arguments: str) -> Said:
        """Run one command that has to end well."""
        said = self.run(*arguments)
        assert said.status == 0, said.all
        return said

    def ask(self, *arguments: str) -> list[dict[str, Any]]:
        return self.must(*arguments, "--json").lines

    def crawl(self, *arguments: str) -> dict[str, Any]:
        """Crawl to the end, and return the summary."""
        return self.ask("crawl", *arguments)[-1]

    def call(self, *program: str) -> Said:
        done = subprocess.run(
            program,
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        return Said(status=done.returncode, out=done.stdout, err=done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command in a session of its own and do not wait for it."""
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            [*ALTSIEVE, *arguments],
            cwd=self.folder,
            env=self.variables,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=True,
        )

    @property
    def variables(self) -> Mapping[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("ALTSIEVE_", "SCRAPY_"))}
        cheap = {} if self.own_models else {f"ALTSIEVE_{name}": value for name, value in SETTINGS.items()}
        return {**ours, **cheap, "TMPDIR": str(self.temporary), **self.place.beside_defaults, **self.environment}

    def select(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Look into the database past the command."""
        return past_rules.ask(self.place.folder, query)

    def change(self, statement: str) -> None:
        """Change the database past the command, as nobody should."""
        past_rules.change(self.place.folder, statement)


def adds_up(run: Mapping[str, Any]) -> bool:
    """Say whether every candidate of a run has one outcome."""
    parts = sum(sum(run[outcome].values()) for outcome in ("refused", "unsure", "failed"))
    return bool(run["candidates"] == run["stored"] + parts)


def processes_below(pid: int) -> list[int]:
    """Return a process and all that it started, and they in turn, the eldest first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent_of(entry), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found.extend(children.get(each, []))
    return found


def _parent_of(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0
