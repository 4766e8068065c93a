"""Check that everything a crawl needs is ready, and say what to type where it is not."""

import asyncio
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import click

from console.command import Verb, at_work
from console.exit_code import ExitCode
from console.gate import show_gate
from console.known_material import known_material
from console.known_models import known_models
from console.matchers import tried
from console.review_story import growth_line
from console.workplace import Workplace
from crawler.edit_names import UNEDITED
from crawler.workers import WorkerNotStarted, WorkerPool
from filters.facts import RemoteSays
from filters.indexes.known_material import ListState
from storage.database import newest_revision
from storage.errors import NotReady, ObjectsUnavailable
from storage.incident_acts import overdue
from storage.incidents import require_public_key


@dataclass(frozen=True, kw_only=True)
class Check:
    """What one look found, or what to do about it."""

    check: str
    ready: bool
    found: str
    wrong: bool = False
    """Whether a crawl could begin, but something is to be done all the same."""


class _Missing(Exception):
    """Something is not ready; the text says what to do."""


class _Wrong(Exception):
    """A crawl could begin, but something was left undone; the text says what to do."""


@click.command(cls=Verb, examples=["altsieve doctor", "altsieve doctor --json"])
@at_work
def doctor(workplace: Workplace) -> None:
    """Check that everything a crawl needs is ready.

    Exit code 3 if something is not; 1 if all is, but an incident is overdue.
    """
    found = list(checks(workplace, LOOKS))
    workplace.output.items(found, lambda each: [_line(each)])
    if not all(each.ready for each in found):
        raise SystemExit(ExitCode.NOT_READY)
    if any(each.wrong for each in found):
        raise SystemExit(ExitCode.FOUND)


def _line(check: Check) -> str:
    mark = click.style("ok       ", fg="green") if check.ready else click.style("not ready", fg="red")
    if check.wrong:
        mark = click.style("to do    ", fg="yellow")
    return f"{mark}  {check.check:<15}  {check.found}"


def checks(workplace: Workplace, names: Iterable[str]) -> Iterator[Check]:
    """Look at these of `LOOKS`, in their order."""
    for name in names:
        try:
            yield Check(check=name, ready=True, found=LOOKS[name](workplace))
        except (NotReady, _Missing) as missing:
            yield Check(check=name, ready=False, found=str(missing))
        except _Wrong as problem:
            yield Check(check=name, ready=True, found=str(problem), wrong=True)


def _database(workplace: Workplace) -> str:
    return f"{workplace.database.name} is at revision {newest_revision()}"


def _keys(workplace: Workplace) -> str:
    workplace.keys.hmac("doctor")
    return "both can be read, by their owner only"


def _state_folder(workplace: Workplace) -> str:
    folder = workplace.database.folder
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _Missing(
            f"{folder} cannot be written to ({error.strerror}): a crawl could sign and log nothing"
        ) from error
    return f"{folder} can be written to"


def _blocklists(workplace: Workplace) -> str:
    lists = workplace.blocklists.load().lists
    return f"{len(lists)} lists with {sum(len(each.entries) for each in lists)} entries"


def _known_material(workplace: Workplace) -> str:
    known = known_material(workplace)
    if known.ready is not ListState.READY or not known.production:
        raise _Missing(f"for the public web: {known.problem}")
    hashes = "1 hash" if known.count == 1 else f"{known.count} hashes"
    return f"{hashes}, on lists of which one is of a real source and fresh"


def _exchanges(workplace: Workplace) -> str:
    connected = workplace.list_updates.connected()
    for each in connected:
        name = each.revision.list
        if each.trouble is None and each.revision.checkpoint is None:
            raise _Wrong(f"list {name} was never fetched; type: altsieve hashlist fetch {name}")
        if each.trouble is not None:
            since = f"{each.trouble_at:%Y-%m-%d}"
            raise _Wrong(f"list {name} stays as it was since {since}: {each.trouble}; altsieve hashlist fetch {name}")
    return (
        "no list is fetched from one"
        if not connected
        else f"fetched to the end: {', '.join(each.revision.label for each in connected)}"
    )


def _matchers(workplace: Workplace) -> str:
    answers = tried(workplace.configuration)
    for each in answers:
        if each.says is not RemoteSays.NO_MATCH:
            why = each.failure or "it takes a picture of ours for known material"
            raise _Missing(f"{each.matcher} does not answer as it should ({why}): nothing would be kept")
    return "none is asked" if not answers else f"{', '.join(each.matcher for each in answers)} answered"


def _models(workplace: Workplace) -> str:
    found = list(known_models(workplace.configuration))
    if problems := [f"{each.name or each.entry}: {each.problem}" for each in found if not each.ready]:
        raise _Missing("; ".join(problems))
    if not all(any(each.used_for == use for each in found) for use in ("safety", "consistency")):
        raise _Missing("SAFETY_MODELS and CONSISTENCY_MODELS must name one each, or nothing would be kept")
    return f"{', '.join(str(each.name) for each in found)} say of harmless pictures what they should"


def _contact(workplace: Workplace) -> str:
    contact = workplace.configuration.text("CONTACT_URL")
    if not contact:
        raise _Missing("for the public web: type: export ALTSIEVE_CONTACT_URL=https://example.org/about-our-crawler")
    return f"{contact} is told to every site"


def _incident_key(workplace: Workplace) -> str:
    key = workplace.configuration.text("INCIDENT_PUBLIC_KEY")
    if not key:
        _require_no_list_demands_it(workplace)
        return "INCIDENT_PUBLIC_KEY is not set, so nothing is kept of where a match was found"
    require_public_key(key)
    return "records of matches are sealed"


def _require_no_list_demands_it(workplace: Workplace) -> None:
    demanding = [each.label for each in known_material(workplace).lists if each.policy.needs_incident_key]
    if demanding:
        public = "the public key of the safety officer"
        raise _Missing(f"{', '.join(demanding)} must have it; type: export ALTSIEVE_INCIDENT_PUBLIC_KEY= and {public}")


def _incidents(workplace: Workplace) -> str:
    with workplace.database.read() as conn:
        late = overdue(conn, datetime.now(UTC).date())
    if late:
        raise _Wrong(f"{late} should have been exported by now; type: altsieve incidents list --overdue")
    return "none is overdue"


def _review(workplace: Workplace) -> str:
    return growth_line(workplace.reviews.growth())


def _objects(workplace: Workplace) -> str:
    try:
        return workplace.objects.ready()
    except ObjectsUnavailable as problem:
        raise _Missing(str(problem)) from None


def _workers(workplace: Workplace) -> str:
    memory_bytes = workplace.configuration.whole("WORKER_MEMORY_BYTES")
    pool = WorkerPool("inspect", size=1, timeout_s=30, memory_bytes=memory_bytes)
    try:
        asyncio.run(pool.warm_up())
    except WorkerNotStarted as problem:
        raise _Missing(f"{problem}: type: make setup") from problem
    finally:
        pool.close()
    return "a worker that decodes pictures starts"


def _gate(workplace: Workplace) -> str:
    shown = list(show_gate(workplace.configuration, 1, (UNEDITED, "jpeg-50")))
    if wrong := [each.means for each in shown if each.is_wrong]:
        raise _Missing(f"of a harmless list it fails at {', '.join(wrong)}; type: altsieve hashlist test --self")
    return "a harmless listed picture is found, as it is and saved again, and another one is not"


def _resolver(workplace: Workplace) -> str:
    host = urlsplit(workplace.configuration.text("CONTACT_URL")).hostname or "localhost"
    try:
        socket.getaddrinfo(host, 80)
    except OSError as error:
        raise _Missing(f"the name {host} cannot be resolved ({error}): check the network of this machine") from error
    return f"{host} can be resolved"


LOOKS: Final[dict[str, Callable[[Workplace], str]]] = {
    "database": _database,
    "keys": _keys,
    "state folder": _state_folder,
    "blocklists": _blocklists,
    "known material": _known_material,
    "exchanges": _exchanges,
    "matchers": _matchers,
    "models": _models,
    "contact": _contact,
    "incident key": _incident_key,
    "incidents": _incidents,
    "review": _review,
    "objects": _objects,
    "workers": _workers,
    "gate": _gate,
    "resolver": _resolver,
}
QUICK: Final = ("database", "keys", "state folder", "blocklists", "known material", "exchanges", "incidents")
"""What can be asked every few seconds: none starts a worker, runs a model, writes to the store or asks a service."""
