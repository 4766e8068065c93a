"""Judge what is held again, with the lists and thresholds of today."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import click

from console.command import Verb, at_work, by_option
from console.exit_code import ExitCode, WrongUsage
from console.held_models import models_of, scorer_of
from console.reasons import meaning
from console.workplace import Workplace
from filters.indexes.list_policy import MOST_HOURS
from filters.lineup import Thresholds
from filters.reason import ModelReason
from storage.incident_records import IncidentRecords
from storage.incidents import require_public_key
from storage.rescan import By, Progress, Rescan, Rescanned

_EVERY_S = 5.0
_DOING = {
    "search": "searching what is held for what is new on the lists",
    "pictures": "judging pictures that the lists point to",
    "pairs": "judging pairs",
    "scores": "having models score what lacks their scores",
}


@click.command(
    cls=Verb,
    examples=["altsieve rescan", "altsieve rescan --since partner@41", "altsieve rescan --measure --resume"],
)
@click.option("--since", metavar="LIST@REVISION", help="Look farther back: all that LIST has since then.")
@click.option("--resume", is_flag=True, help="Go on with one that was cut off.")
@click.option("--measure", is_flag=True, help="Let today's models score what lacks their scores.")
@by_option
@at_work
def rescan(workplace: Workplace, since: str | None, resume: bool, measure: bool, by: str) -> None:
    """Judge what is held again, from stored facts.

    Nothing is downloaded. Scores are among the facts, so other thresholds need no picture; other models do: with
    --measure they look at the pictures that are stored. Captions in a language that none of them measures are then
    withdrawn, unless CONSISTENCY_UNMEASURED allows them; without --measure they are only counted. What new entries of
    a list match is taken back, with its page, and sealed as an incident; what another filter refuses now is withdrawn
    with the reason. Pictures that were only measured are looked at too. Exit code 1 if something could not be judged:
    then nothing of that is taken back, and it is still to be done.
    """
    configuration = workplace.configuration
    public_key = configuration.text("INCIDENT_PUBLIC_KEY") or None
    require_public_key(public_key)
    records = IncidentRecords(
        keys=workplace.keys, public_key=public_key, run_id="", due_days=configuration.whole("INCIDENT_DUE_DAYS")
    )
    thresholds = Thresholds.from_settings(configuration.values)
    held = models_of(configuration, thresholds)
    with ExitStack() as stack:
        done = Rescan(
            workplace.database,
            workplace.ledger,
            workplace.objects,
            records,
            by=By(
                names=configuration.names("LINEUP"),
                thresholds=thresholds,
                networks=configuration.names("ALLOW_NETWORKS"),
                max_age=timedelta(hours=configuration.number("HASH_LIST_MAX_AGE_HOURS", most=MOST_HOURS)),
                models=held.models,
            ),
            operator=by,
            told=_Telling(workplace.output.as_json).told,
            scorer=stack.enter_context(scorer_of(configuration, thresholds, held)) if measure else None,
        ).run(since=_revision(since), resume=resume)
    done = replace(done, problem="\n".join(filter(None, (done.problem, held.problem))) or None)
    workplace.output.record(_fields(done), _lines(done, _Models(ready=held.problem is None, asked=measure)))
    if done.state != "done":
        raise SystemExit(ExitCode.FOUND)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Models:
    """Whether the models of today could be asked, and whether they were."""

    ready: bool
    asked: bool

    def why(self, reason: str) -> str:
        if reason != ModelReason.NOT_READY or not self.ready:
            return meaning(reason)
        if self.asked:
            return "today's models gave no number for them, or their bytes are gone; type: altsieve verify"
        return "not measured by today's models"

    def command(self, done: Rescanned) -> str:
        waiting = self.ready and ModelReason.NOT_READY in done.counts.not_judged
        return "altsieve rescan --measure" if waiting else "altsieve rescan"


class _Telling:
    """Say now and then how far it is, on standard error; nothing to programs."""

    def __init__(self, as_json: bool) -> None:
        self._silent = as_json
        self._next_s = time.monotonic() + (0 if sys.stderr.isatty() else _EVERY_S)

    def told(self, progress: Progress) -> None:
        if self._silent or time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _EVERY_S
        whole = f"{progress.done / progress.total:.0%}" if progress.total else f"{progress.done:.0f}"
        click.echo(f"{_DOING[progress.what]}: {whole}", err=True)


def _revision(since: str | None) -> tuple[str, int] | None:
    if since is None:
        return None
    name, at, number = since.rpartition("@")
    if not (name and at and number.isdecimal()):
        raise WrongUsage("write --since as LIST@REVISION, for example partner@41; altsieve hashlist list shows them")
    return name, int(number)


def _fields(done: Rescanned) -> dict[str, Any]:
    return {
        "rescan_id": done.rescan_id,
        "state": done.state.value,
        "epoch": done.epoch,
        "since": done.since,
        **done.counts.plain(),
        "below": done.below,
        "measured_by": dict(done.measured_by),
        "problem": done.problem,
    }


def _lines(done: Rescanned, models: _Models) -> Iterator[str]:
    counts = done.counts
    looked_at, judged = _count(counts.looked_at, "picture"), _count(counts.judged, "pair")
    yield f"judged {looked_at} that lists point to, and {judged} by all filters"
    if counts.matches:
        matches = "1 match" if counts.matches == 1 else f"{counts.matches} matches"
        yield f"{matches} with known material; what was held of it is gone" + _beside(counts.beside_matches)
        yield "what is recorded of it: altsieve incidents list"
    for reason, count in sorted(counts.withdrawn.items()):
        yield f"withdrew {count}: {reason}, {meaning(reason)}"
    if counts.cleared:
        yield f"{_count(counts.cleared, 'provisional pair')} kept for good now"
    yield from _scores(done, models)
    if done.measured_before:
        yield f"{_count(done.measured_before, 'picture')} measured by an older hasher, which saw less"
    if done.problem:
        yield done.problem
    if done.state == "done":
        yield f"all that is held is judged by the lists of gate epoch {done.epoch}"
    else:
        below = f"{_count(done.below, 'pair')} still to be judged by the lists of gate epoch {done.epoch}; "
        yield f"{below if done.below else ''}once that is mended, type: {models.command(done)}"


def _scores(done: Rescanned, models: _Models) -> Iterator[str]:
    counts = done.counts
    if counts.scored:
        yield f"{_count(counts.scored, 'pair')} scored by today's models, which had not measured them"
    for reason, count in sorted(counts.not_judged.items()):
        yield f"could not judge {count}: {reason}, {models.why(reason)}"
    if counts.unmeasured:
        yield (
            f"{counts.unmeasured} of them are in languages that no model measures; "
            "once scored they are withdrawn, unless CONSISTENCY_UNMEASURED is allow"
        )


def _beside(count: int) -> str:
    return f", and so is what stood beside it: {_count(count, 'sighting')}" if count else ""


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
