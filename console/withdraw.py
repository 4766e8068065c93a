"""Take back what is held."""

from collections.abc import Iterator, Mapping

import click

from console.command import Verb, at_work, by_option, why_option
from console.exit_code import Found, WrongUsage
from console.workplace import Workplace
from filters.indexes.hosts import NotAHost
from storage.withdrawal import Target, TargetKind, Withdrawn


@click.command(
    cls=Verb,
    examples=[
        'altsieve withdraw --pair 6f1ed002ab5595859014ebf0951522d9 --why "asked by the photographer"',
        "altsieve withdraw --url https://example.org/holiday.jpg --why 'a private picture'",
        'altsieve withdraw --host example.org --why "agreement ended" --by ann',
    ],
)
@click.option("--pair", metavar="ID", help="A pair.")
@click.option("--image", metavar="SHA256", help="A picture, under every caption.")
@click.option("--url", metavar="URL", help="The pairs of a page, or a picture by its address.")
@click.option("--host", metavar="HOST", help="All pairs with page or picture on a host or its subdomains.")
@why_option
@by_option
@at_work
def withdraw(workplace: Workplace, /, why: str, by: str, **named: str | None) -> None:
    """Take back pairs and pictures for good.

    Rows, facts and bytes go; a tombstone stays, with who and why. Later crawls refuse the same again: a pair by its
    picture and caption, a picture that went with its last pair by its digest, and copies of it by their looks. Type the
    same again after a crash. Exit code 1 if nothing of it is held, nor ever was withdrawn.
    """
    target = _target(named)
    try:
        done = workplace.withdrawals.withdraw(target, by=by, why=why)
    except NotAHost as error:
        raise click.UsageError(f"{target.value!r} is not a host: write it like example.org") from error
    if done is None:
        raise Found("nothing of it is held")
    workplace.output.record(done, _lines(done))


def _target(named: Mapping[str, str | None]) -> Target:
    given = [(TargetKind(name), value.strip()) for name, value in named.items() if value is not None]
    if len(given) != 1:
        raise WrongUsage("name one of --pair, --image, --url and --host")
    kind, value = given[0]
    return Target(kind=kind, value=value.lower() if kind in (TargetKind.PAIR, TargetKind.IMAGE) else value)


def _lines(done: Withdrawn) -> Iterator[str]:
    if done.before:
        yield "nothing of it is held any more: it was withdrawn before"
    else:
        yield f"withdrew {_count(done.pairs, 'pair')} and {_count(done.pictures, 'picture')}"
    if done.objects:
        yield f"the bytes of {_count(done.objects, 'picture')} are deleted"
    yield f"later crawls refuse them, and runs at work from gate epoch {done.epoch} on"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
