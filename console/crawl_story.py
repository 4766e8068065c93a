"""Follow a crawl from its first event to its last, and report how it ended."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import msgspec

from console.crawl_process import LAUNCH, CrawlProcess, stop_signals
from console.display import Display, display
from console.exit_code import BrokeOff, ExitCode, Found, stop
from console.output import Output
from console.progress import Limits, Standing
from console.summary import lines, next_steps, resumption
from crawler.events import Event, Failed, Finished, Progress, Started, Warned
from crawler.launch_spec import LaunchSpec
from filters.decision import CrashReason
from storage.runs import RunState, RunSummary

Unread: TypeAlias = Callable[[str], Mapping[str, int]]


@dataclass(kw_only=True)
class Story:
    """What was heard of a crawl."""

    standing: Standing = field(default_factory=Standing)
    run_id: str | None = None
    finished: Finished | None = None
    failed: Failed | None = None
    assignments: Mapping[str, str] = field(default_factory=dict)
    """Settings given with `-s`, to be repeated by who resumes it."""
    status: int = 0
    """Exit status of the process, negative for the signal that ended it."""

    def hear(self, event: Event, shown: Display) -> None:
        match event:
            case Started():
                self.run_id = event.run_id
                shown.say(f"run {event.run_id}")
            case Warned():
                shown.say(f"warning: {event.message}")
            case Progress():
                self.standing = self.standing.after(event, time.monotonic())
                shown.show(self.standing)
            case Finished():
                self.run_id, self.finished = event.run_id, event
            case Failed():
                self.failed = event


def follow(
    spec: LaunchSpec,
    log: Path,
    *,
    as_json: bool,
    settings_module: str = "settings.base",
    program: tuple[str, ...] = LAUNCH,
) -> Story:
    """Run the crawl to its end, or until it is stopped."""
    limits = Limits(pages=spec.max_pages, pairs=spec.max_pairs)
    story = Story(standing=Standing(limits=limits), assignments=spec.settings)
    with (
        CrawlProcess(spec, log, settings_module=settings_module, program=program) as process,
        display(as_json=as_json) as shown,
        stop_signals(lambda: _stop(process, shown)),
    ):
        for event in process.events():
            story.hear(event, shown)
        story.status = process.wait()
    return story


def report(story: Story, output: Output, log: Path, unread: Unread) -> None:
    """Write the summary, and leave with what the ending means. `unread` counts pages that could not be read."""
    if story.finished is not None:
        output.record(story.finished.summary, told(story.finished, unread, story.assignments))
    if story.failed is not None:
        raise stop(_with_resume(story, story.failed), story.failed.exit)
    if story.finished is None:
        raise BrokeOff(_broke_off(story, log))
    if story.finished.state != RunState.FINISHED:
        how = "was stopped" if story.finished.state == RunState.STOPPED else "broke off"
        raise BrokeOff(f"the run {how} before its end")
    if not story.finished.summary.get("pages"):
        raise Found("no page could be read")
    if unjudged := _unjudged(story.finished):
        raise Found(f"{unjudged}, so nobody looked and nothing of it is kept; altsieve doctor says what is not ready")


def told(finished: Finished, unread: Unread, assignments: Mapping[str, str]) -> Iterator[str]:
    run = msgspec.convert(finished.summary, RunSummary)
    yield from lines(run, unread(run.run_id))
    yield from next_steps(run, assignments)


def _stop(process: CrawlProcess, shown: Display) -> None:
    if process.stop():
        shown.say("stopping; what is decided is kept. Ctrl-C again ends it at once")
    else:
        shown.say("ended at once")


def _unjudged(finished: Finished) -> str:
    """Return what was left unjudged by our own fault: a filter broke down, or what it compares with was not ready."""
    unsure = msgspec.convert(finished.summary, RunSummary).unsure
    ours = {each: n for each, n in unsure.items() if each == CrashReason.CRASHED or each.endswith(".not-ready")}
    return ", ".join(f"{reason} {count} times" for reason, count in sorted(ours.items()))


def _with_resume(story: Story, failed: Failed) -> str:
    if failed.exit != ExitCode.BROKE_OFF or story.run_id is None:
        return failed.message
    return f"{failed.message}\ngo on with: {resumption(story.run_id, story.assignments)}"


def _broke_off(story: Story, log: Path) -> str:
    how = f"was ended by {signal.Signals(-story.status).name}" if story.status < 0 else "broke off"
    if story.run_id is None:
        return f"the crawl {how} before its run began; the log says why: {log}"
    again = resumption(story.run_id, story.assignments)
    return f"the crawl {how}; what is decided is kept. Go on with: {again}\nlog: {log}"
