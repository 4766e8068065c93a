"""Keep the lists of known material, and compare local files with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from console.command import Noun, at_work, by_option, list_file, why_option
from console.exit_code import ExitCode, Found, NothingReady
from console.gate import show_gate
from console.hashlist_policy import policy_, policy_options
from console.known_files import compare
from console.known_material import known_material
from console.list_revision import FILE_COLUMNS, imported, revision_lines
from console.printable import printable
from console.workplace import Workplace
from filters.indexes.known import HEX_DIGITS
from filters.indexes.list_policy import MOST_HOURS
from filters.verdict import Outcome
from storage.hash_formats import HashFormat

_format = click.Choice([each.value for each in HashFormat])
_type = click.Choice([*HEX_DIGITS])
_PICTURES_SHOWN: Final = 3


@click.group(cls=Noun, examples=["altsieve hashlist import hashes.csv --name partner"])
def hashlist() -> None:
    """Lists of known material. No command shows a hash that was matched."""


@hashlist.command(
    examples=[
        "altsieve hashlist add d41d8cd98f00b204e9800998ecf84270 --type md5 --name own --why 'case 2026-114'",
    ]
)
@click.argument("hash_", metavar="HASH")
@click.option("--type", "kind", type=_type, required=True, help="What kind of hash it is; it is never guessed.")
@click.option("--name", required=True, metavar="LIST", help="The list, which is kept by hand.")
@why_option
@by_option
@at_work
def add(workplace: Workplace, hash_: str, kind: str, name: str, why: str, by: str) -> None:
    """Add one hash to a list that is kept by hand.

    It counts from now on, also in a crawl that is running.
    """
    revision = workplace.hash_lists.add(hash_, kind, name, why=why, by=by)
    there = f"it is on list {printable(name)} already"
    workplace.output.record({"revision": revision}, [there] if revision is None else revision_lines(revision))


@hashlist.command(
    "import",
    examples=[
        "altsieve hashlist import partner.csv --name partner",
        "altsieve hashlist import md5.txt --name police --type md5",
        "altsieve hashlist import iwf.csv --name iwf --columns type=Type,hash=Hash,severity=Grade,id=Ref",
        "altsieve hashlist import list.json --name vic --manifest list.manifest.json --signed-by key.pem",
    ],
)
@list_file
@click.option("--name", required=True, metavar="LIST", help="The list that is to hold what the file holds.")
@click.option("--type", "kind", type=_type, help="What kind of hashes a file of bare hashes holds.")
@click.option("--format", "layout", type=_format, help="Recognised if left out.")
@click.option("--columns", metavar="FIELD=COLUMN,...", help="Which column of a table holds what.")
@click.option("--synthetic", is_flag=True, help="Made up for a test: counts only inside ALLOW_NETWORKS.")
@click.option("--source", metavar="TEXT", help="Where the list comes from; it is kept. The file if left out.")
@click.option("--licence", metavar="TEXT", help="On what terms you have the list; it is kept.")
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What its source signed of the list, in FILE.sig.",
)
@policy_options
@click.option("--force", is_flag=True, help="Import a list that has shrunk much.")
@click.option("--why", metavar="TEXT", help="The reason; it is kept. The name of the file if left out.")
@by_option
@at_work
def import_(
    workplace: Workplace,
    file: Path,
    name: str,
    kind: str | None,
    layout: str | None,
    columns: str | None,
    synthetic: bool,
    source: str | None,
    licence: str | None,
    manifest: Path | None,
    policy: Mapping[str, Any],
    force: bool,
    why: str | None,
    by: str,
) -> None:
    """Make a list hold exactly what a file holds.

    The file is in one of the formats of docs/known-material.md, or a table whose columns are named with --columns.
    Importing the same file again says that the list is still current: a crawl of the public web needs a fresh one.
    What is said of its policy stays until it is changed.
    """
    revision = workplace.hash_lists.import_file(
        file,
        name,
        by=by,
        why=why or f"import of {file.name}",
        type=kind,
        format=layout,
        columns=columns,
        synthetic=synthetic,
        source=source,
        licence=licence,
        manifest=manifest,
        policy=policy,
        force=force,
        max_shrink=workplace.configuration.share("HASHLIST_MAX_SHRINK"),
        max_age_hours=workplace.configuration.number("HASH_LIST_MAX_AGE_HOURS", most=MOST_HOURS),
    )
    imported(workplace.output, revision)


hashlist.add_command(policy_)


@hashlist.command("list", examples=["altsieve hashlist list", "altsieve hashlist list --json"])
@at_work
def list_(workplace: Workplace) -> None:
    """Show the lists, with who changed each last, when and why."""
    empty = "no list of known material yet; altsieve hashlist import FILE --name LIST begins one"
    workplace.output.rows(workplace.hash_lists.list(), FILE_COLUMNS, empty=empty)


@hashlist.command(examples=["altsieve hashlist test picture.jpg", "altsieve hashlist test --self"])
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--self", "own", is_flag=True, help="Show the gate harmless pictures of a list that ships, altered.")
@at_work
def test(workplace: Workplace, files: tuple[Path, ...], own: bool) -> None:
    """Compare local picture files with the lists.

    Exit code 1 unless all of them are clean; with --self, unless the gate finds what it has to.
    The files are measured in a worker process and are not changed, moved or kept.
    """
    if bool(files) is own:
        raise click.UsageError("give FILE..., or --self")
    if own:
        _test_gate(workplace)
    else:
        _test_files(workplace, files)


def _test_gate(workplace: Workplace) -> None:
    shown = list(show_gate(workplace.configuration, _PICTURES_SHOWN))
    workplace.output.items(shown, lambda each: [each.sentence])
    if any(each.is_wrong for each in shown):
        raise Found("the gate does not work; altsieve doctor says what is not ready")


def _test_files(workplace: Workplace, files: tuple[Path, ...]) -> None:
    known = known_material(workplace)
    if not known.count:
        raise NothingReady(str(known.problem))
    compared = list(compare(files, known, workplace.configuration))
    workplace.output.items(compared, lambda each: [each.sentence])
    if not all(each.outcome is Outcome.CLEAN for each in compared):
        raise SystemExit(ExitCode.FOUND)


@hashlist.command(examples=["altsieve hashlist remove partner --why 'the agreement ended'"])
@click.argument("name", metavar="LIST")
@why_option
@by_option
@at_work
def remove(workplace: Workplace, name: str, why: str, by: str) -> None:
    """End all entries of a list.

    It counts from the next run. What the list was stays in the records.
    """
    revision = workplace.hash_lists.remove(name, why=why, by=by)
    if revision is None:
        raise Found(f"list {printable(name)} holds nothing; altsieve hashlist list shows the lists")
    workplace.output.record(revision, revision_lines(revision))
