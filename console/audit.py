"""Tell all that is recorded about a pair, a picture, an address, a host or a run."""

import json
from collections.abc import Callable, Iterator
from typing import ParamSpec

import click

from console import unread_story
from console.command import Noun, at_work
from console.exit_code import ExitCode, Found
from console.output import moment, table
from console.printable import printable
from console.proofs import PROOFS
from console.prov import prov_of
from console.story import IN_BRIEF, story
from console.summary import lines as summary_lines
from console.workplace import Workplace
from filters.indexes.hosts import NotAHost
from storage.consent_documents import kept_document
from storage.held_pairs import WITHDRAWN
from storage.kept_pictures import key_of
from storage.trail_parts import Listing, Trail, TrailPair, TrailRun, Withdrawal
from storage.trails import trail_of_host, trail_of_image, trail_of_pair, trail_of_run, trail_of_url
from storage.unread_pages import unread_pages

P = ParamSpec("P")


def as_option(function: Callable[P, None]) -> Callable[P, None]:
    """Add `--as`: another form than text or our own JSON."""
    return click.option("--as", "form", type=click.Choice(["prov"]), help="Write W3C PROV in JSON instead.")(function)


@click.group(cls=Noun, examples=["altsieve audit url https://example.org/"])
def audit() -> None:
    """Tell where things come from, and how they were judged.

    Each verdict is told with the revisions of its lists and models. Exit code 1 if nothing is recorded.
    """


@audit.command(
    examples=[
        "altsieve audit pair 6f1ed002ab5595859014ebf0951522d9",
        "altsieve audit pair 6f1ed002ab5595859014ebf0951522d9 --as prov",
    ]
)
@click.argument("id_", metavar="ID")
@as_option
@at_work
def pair(workplace: Workplace, id_: str, form: str | None) -> None:
    """Tell all about a pair.

    Every page it was seen on, and how it was reached, measured and judged.
    """
    _tell(workplace, trail_of_pair(workplace.database, id_), form, in_full=True)


@audit.command(examples=["altsieve audit image 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"])
@click.argument("sha256", metavar="SHA256")
@as_option
@at_work
def image(workplace: Workplace, sha256: str, form: str | None) -> None:
    """Tell all about a picture, by the SHA-256 of its file.

    Only of pictures that are or were kept a digest is recorded.
    """
    _tell(workplace, trail_of_image(workplace.database, sha256), form, in_full=True)


@audit.command(examples=["altsieve audit url https://example.org/"])
@click.argument("url", metavar="URL")
@as_option
@at_work
def url(workplace: Workplace, url: str, form: str | None) -> None:
    """Tell all about a page or a picture at an address.

    Also of a page that was not read: which gate or failure stood in the way.
    """
    _tell(workplace, trail_of_url(workplace.database, url), form, in_full=True)


@audit.command(examples=["altsieve audit host example.org"])
@click.argument("host", metavar="HOST")
@as_option
@at_work
def host(workplace: Workplace, host: str, form: str | None) -> None:
    """Tell all about a host and its subdomains.

    With the blocklists that named it, and when, and the pages that could not be read.
    """
    try:
        trail = trail_of_host(workplace.database, host)
    except NotAHost as error:
        raise click.UsageError(f"{host!r} is not a host: write it like example.org") from error
    _tell(workplace, trail, form, in_full=False)


@audit.command(examples=["altsieve audit run 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10 --json"])
@click.argument("run", metavar="RUN")
@as_option
@at_work
def run(workplace: Workplace, run: str, form: str | None) -> None:
    """Tell what a run saw and decided, in the order of time."""
    trail = trail_of_run(workplace.database, run)
    if trail.found and form is None:
        for line in summary_lines(workplace.runs.show(run), unread_pages(workplace.database, run)):
            workplace.output.text(line)
        workplace.output.text()
    _tell(workplace, trail, form, in_full=False)


@audit.command(examples=["altsieve audit document 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"])
@click.argument("sha256", metavar="SHA256")
@at_work
def document(workplace: Workplace, sha256: str) -> None:
    """Show a document that evidence names, by its SHA-256.

    A robots.txt, tdmrep.json, ai.txt or licence, as its host sent it when it was asked.
    """
    kept = kept_document(workplace.database, sha256)
    if kept is None:
        raise Found(f"no document {printable(sha256)} is kept")
    workplace.output.record(kept, map(printable, kept.text.splitlines()))


for _each in PROOFS:
    audit.add_command(_each)


def _tell(workplace: Workplace, trail: Trail, form: str | None, *, in_full: bool) -> None:
    if form == "prov":
        said = prov_of(trail)
        workplace.output.record(said, json.dumps(said, indent=1).splitlines())
    else:
        workplace.output.record(trail, _lines(workplace, trail, in_full=in_full))
    if not trail.found:
        raise SystemExit(ExitCode.FOUND)


def _lines(workplace: Workplace, trail: Trail, *, in_full: bool) -> Iterator[str]:
    if not trail.found:
        yield f"nothing is recorded about the {trail.subject.kind} {printable(trail.subject.value)}"
        return
    for each in trail.pairs if in_full else ():
        yield from _pair(workplace, each)
    if in_full:
        yield from map(_run, trail.runs)
    if trail.listings:
        yield from (*map(_listing, trail.listings), "")
    yield from _stories(trail) if in_full else _tables(trail)
    if trail.total > len(trail.sightings):
        yield f"... and {trail.total - len(trail.sightings)} later sightings that are not shown"
    yield from map(_withdrawal, trail.withdrawn)


def _stories(trail: Trail) -> Iterator[str]:
    """The facts of a picture are told once, however often it was seen."""
    told: set[str] = set()
    for each in trail.sightings:
        digest = "" if each.facts is None else each.facts.digests.sha256
        yield ""
        yield from story(each, with_facts=digest not in told)
        told.add(digest)
    for page in trail.unread:
        yield ""
        yield from unread_story.story(page)


def _pair(workplace: Workplace, pair: TrailPair) -> Iterator[str]:
    yield click.style(f"pair {pair.pair_id} is {pair.state}", bold=True)
    judged = "judged" if pair.state == WITHDRAWN else "last judged"
    yield f"  stored at {moment(pair.stored_at)} by run {pair.run_id}, {judged} in gate epoch {pair.epoch}"
    if pair.lists:
        yield f"  checked against {', '.join(map(printable, pair.lists))}"
    if pair.rescanned_at is not None:
        times = "once" if pair.rescans == 1 else f"{pair.rescans} times"
        yield f"  judged again {times} since by re-scans, last at {moment(pair.rescanned_at)}: nothing found"
    yield f"  picture {pair.image_sha256}"
    if (key := key_of(workplace.database, pair.image_sha256)) is not None and pair.state != WITHDRAWN:
        yield f"  at {workplace.objects.uri(key)}"


def _run(run: TrailRun) -> str:
    who = ", ".join(printable(each) for each in (run.operator, run.contact) if each is not None)
    basis = "" if run.legal_basis is None else f"; legal basis: {printable(run.legal_basis)}"
    checked = ", checked against no production list" if run.provisional else ""
    return (
        f"run {run.run_id} of spider {printable(run.spider)} began at {moment(run.started_at)}; {who} answers for it; "
        f"altsieve {run.code_version}, settings {run.settings_digest[:16]}{basis}{checked}"
    )


def _tables(trail: Trail) -> Iterator[str]:
    yield from table(trail.sightings, IN_BRIEF)
    if trail.unread:
        yield ""
        yield from table(trail.unread, unread_story.IN_BRIEF)


def _listing(listing: Listing) -> str:
    done = "blocked" if listing.action == "block" else "allowed"
    until = "" if listing.until_at is None else f", until {moment(listing.until_at)}"
    who = f"{printable(listing.by)}: {printable(listing.why)}"
    return f"{moment(listing.since_at)}  {done} as {listing.host} by list {listing.list}@{listing.since}{until} ({who})"


def _withdrawal(taken: Withdrawal) -> str:
    reason = "" if taken.reason is None else f" ({taken.reason})"
    who = f"{printable(taken.by)}: {printable(taken.why)}{reason}"
    return f"{moment(taken.at)}  {taken.kind} {taken.key} was withdrawn by {who}"
