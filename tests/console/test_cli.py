import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from console.cli import main
from console.command import WithExamples
from tests.console.conftest import Altsieve
from tests.console.interface import COMMANDS

NOWHERE = click.Context(main)


def every(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], WithExamples]]:
    assert isinstance(command, WithExamples), path
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(NOWHERE):
            each = command.get_command(NOWHERE, name)
            assert each is not None
            yield from every(each, (*path, name))


ALL = dict(every(main))
EXAMPLES = [(path, example) for path, command in ALL.items() for example in command.examples]
ALONE = {("runs",), ("models",)}
"""Groups that do something by themselves."""
STORES = {"boto3", "psycopg", "pyarrow", "requests"}
LEAVES = {" ".join(path): each for path, each in ALL.items() if not isinstance(each, click.Group) or path in ALONE}


def test_the_commands_are_those_of_the_interface() -> None:
    assert set(LEAVES) == set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_takes_the_flags_of_the_interface(path: str) -> None:
    flags = {flag for parameter in LEAVES[path].params for flag in parameter.opts}
    assert COMMANDS[path] | {"--json"} <= flags


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "altsieve")
def test_help_has_an_example_to_paste(path: tuple[str, ...], empty: Altsieve) -> None:
    answer = empty(*path, "--help")
    assert answer.code == 0
    assert "Example" in answer.out
    assert all(example in answer.out for example in ALL[path].examples)
    assert ALL[path].examples


@pytest.mark.parametrize("path", [path for path in ALL if path], ids=" ".join)
def test_what_a_command_does_is_said_in_one_line_of_its_parents_help(path: tuple[str, ...]) -> None:
    siblings = [each[-1] for each in ALL if each[:-1] == path[:-1] and each]
    room = 80 - 8 - max(map(len, siblings))  # on a terminal of 80 columns
    assert not ALL[path].get_short_help_str(limit=room).endswith("...")


@pytest.mark.parametrize(("path", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_an_example_is_one_that_the_command_understands(
    path: tuple[str, ...], example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(example.partition(" > ")[0])
    for word in words:
        if word.endswith((".txt", ".csv", ".json", ".jpg", ".sealed")) and "/" not in word:
            Path(word).touch()
        elif word in ("ut1", "catalogue") or word.startswith("./"):
            Path(word).mkdir()
    assert program == "altsieve"
    command, parent = main, main.make_context("altsieve", list(words))
    with parent:
        rest = list(words)
        while rest and isinstance(command, click.Group) and (verb := command.get_command(parent, rest[0])):
            command = verb  # type: ignore[assignment]  # a group or a command
            rest.pop(0)
    command.make_context(words[0], rest, parent=parent).close()
    assert " ".join(words).startswith(" ".join(path))


@pytest.mark.parametrize(
    "arguments",
    [
        ["pairs"],
        ["refusals"],
        ["runs"],
        ["runs", "show", "x"],
        ["verify"],
        ["audit", "pair", "x"],
        ["blocklist", "list"],
        ["blocklist", "add", "example.org", "--why", "x"],
        ["hashlist", "list"],
        ["crawl", "https://example.org/"],
    ],
    ids=" ".join,
)
def test_without_a_database_every_command_says_what_to_type(arguments: list[str], empty: Altsieve) -> None:
    answer = empty(*arguments)
    assert answer.code == 3
    assert answer.err.endswith("type: altsieve db upgrade\n")
    assert answer.out == ""
    assert not list(Path().iterdir()), "a command that is not ready makes nothing"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["pairs", "--nonsense"],
        ["crawl"],
        ["crawl", "example.org"],
        ["crawl", "file:///etc/passwd"],
        ["crawl", "https://example.org/", "--resume", "x"],
        ["crawl", "--resume", "x", "--retry", "x"],
        ["crawl", "https://example.org/", "--max-pages", "0"],
        ["crawl", "https://example.org/", "--depth", "-1"],
        ["crawl", "https://example.org/", "--allow", "("],
        ["crawl", "https://example.org/", "--spider", "nonsense"],
        ["crawl", "https://example.org/", "-s", "DOWNLOAD_DELAY"],
        ["crawl", "--from", "nowhere.txt"],
        ["crawl", "--resume", "01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10"],
        ["crawl", "--retry", "01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10"],
        ["audit", "host", "http://"],
        ["hashlist", "add", "abc", "--type", "md5", "--name", "own", "--why", "x"],
        ["hashlist", "import", "nowhere.txt", "--name", "own"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_without_a_traceback(arguments: list[str], altsieve: Altsieve) -> None:
    answer = altsieve(*arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    "arguments",
    [["pairs", "--run", "x"], ["refusals", "--run", "x"], ["runs", "show", "x"], ["audit", "run", "x"]],
    ids=" ".join,
)
def test_a_run_that_is_not_there_is_answered_with_no(arguments: list[str], altsieve: Altsieve) -> None:
    assert altsieve(*arguments).code == 1


@pytest.mark.parametrize(
    ("begun", "without"),
    [
        ("from console.cli import main; main(['--help'], standalone_mode=False)", STORES | {"scrapy", "twisted"}),
        ("import crawler.launch", STORES),
    ],
    ids=["every command", "a crawl"],
)
def test_nothing_is_loaded_that_only_some_installations_need(begun: str, without: set[str]) -> None:
    code = f"import sys; {begun}; sys.exit(not set({sorted(without)!r}).isdisjoint(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_is_coloured_unless_on_a_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from console.cli import main; main()", "doctor"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, env=environment())
    assert done.returncode == 3
    assert b"\x1b" not in done.stdout + done.stderr


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALTSIEVE_")}
    return kept | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}
