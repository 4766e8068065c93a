"""Tell people how an incident stands, what was done with it and, once it is opened, what it holds."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from console.output import cell
from console.printable import printable
from storage.incident_acts import Recorded
from storage.incident_store import IncidentSummary


def summary_lines(summary: IncidentSummary) -> Iterator[str]:
    yield f"incident   {summary.event_id}"
    yield f"match      {summary.reason} on {summary.day}, in run {summary.run_id}"
    marks = [name for name, holds in (("held", summary.held), ("purged", summary.purged)) if holds]
    yield f"state      {', '.join([summary.state, *marks])}"
    late = ", overdue" if summary.overdue else ""
    yield f"due        {'not to be reported' if summary.due is None else summary.due}{late}"
    yield f"sealed to  {cell(summary.key_id)}"


def act_lines(acts: Iterable[Recorded]) -> Iterator[str]:
    for each in acts:
        details = "".join(f", {name} {printable(str(value))}" for name, value in each.details.items())
        yield f"{cell(each.at)}  {each.act} by {printable(each.by)}: {printable(each.why)}{details}"


def record_lines(record: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield one line a field, named by its path; nothing if it was not opened."""
    if record is None:
        yield "It was not opened: give --key FILE to see what it holds."
        return
    yield ""
    yield from (printable(each) for each in _fields("", record))


def _fields(path: str, value: Any) -> Iterator[str]:
    match value:
        case Mapping():
            for name, each in value.items():
                yield from _fields(f"{path}.{name}" if path else name, each)
        case list() if value:
            for number, each in enumerate(value):
                yield from _fields(f"{path}[{number}]", each)
        case _:
            yield f"{path}  {'-' if value in (None, []) else value}"
