"""Give every command the same manners: `--json`, `-s`, an example to paste, errors with a name and no traceback."""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import click

from console.exit_code import BrokeOff, Found, NothingReady, WrongUsage
from console.output import Output
from console.workplace import Workplace
from storage.errors import DatabaseUnavailable, NotReady, ObjectsUnavailable, StorageError
from storage.list_lines import BadList
from storage.operators import login_name

P = ParamSpec("P")


class WithExamples(click.Command):
    """A command whose help ends with examples to paste."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
            for each in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{each}\n")


class Verb(WithExamples):
    """A command that does something."""


class Noun(WithExamples, click.Group):
    """A group of verbs, listed in the order they were written."""

    command_class = Verb

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Turn what the parts below raise for operators into a line or two and an exit code."""
        try:
            return super().invoke(ctx)
        except NotReady as missing:
            raise NothingReady(str(missing)) from missing
        except BadList as bad:
            raise WrongUsage(str(bad)) from bad
        except (DatabaseUnavailable, ObjectsUnavailable) as outage:
            raise BrokeOff(str(outage)) from outage
        except StorageError as problem:
            raise Found(str(problem)) from problem
        except KeyboardInterrupt as interrupt:
            raise BrokeOff("stopped before the end") from interrupt


Noun.group_class = Noun


def at_work(function: Callable[Concatenate[Workplace, P], None]) -> Callable[P, None]:
    """Add `--json` and `-s`, and hand the command its workplace."""

    @click.option(
        "-s", "assignments", multiple=True, metavar="NAME=VALUE", callback=_assignments, help="Set a setting."
    )
    @click.option("--json", "as_json", is_flag=True, help="Write JSON: one object, or one a line for a list.")
    @functools.wraps(function)
    def command(*positional: P.args, **named: P.kwargs) -> None:
        as_json = bool(named.pop("as_json"))
        assignments: Any = named.pop("assignments")
        with Workplace.open(assignments, Output(as_json=as_json)) as workplace:
            function(workplace, *positional, **named)

    return command


def by_option(function: Callable[P, None]) -> Callable[P, None]:
    """Add `--by`: who answers for the change."""
    return click.option("--by", metavar="NAME", default=login_name, help="Who decided; your login name if left out.")(
        function
    )


def why_option(function: Callable[P, None]) -> Callable[P, None]:
    """Add `--why`, which is required: a reason is kept with every change."""
    return click.option("--why", metavar="TEXT", required=True, callback=_not_blank, help="The reason; it is kept.")(
        function
    )


def list_file(function: Callable[P, None]) -> Callable[P, None]:
    """Add FILE: a file that is there and can be read."""
    path = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
    return click.argument("file", type=path, metavar="FILE")(function)


def _assignments(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in given]
    for name, equals, _ in pairs:
        if not (equals and name.isidentifier()):
            raise click.BadParameter("write it as NAME=VALUE, for example -s DOWNLOAD_DELAY=2")
    return {name: value for name, _, value in pairs}


def _not_blank(ctx: click.Context, option: click.Parameter, given: str) -> str:
    if not given.strip():
        raise click.BadParameter("give a reason")
    return given.strip()
