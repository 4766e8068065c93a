"""Write what the commands of blocklists have to say."""

from collections.abc import Iterator

from console.list_revision import rejection_lines, revision_lines
from console.output import cell, table
from console.printable import printable
from storage.blocked_hosts import Tested
from storage.host_changes import Changed
from storage.impact import Impact


def changed_lines(changed: Changed) -> Iterator[str]:
    for each in changed.hosts:
        yield f"{printable(each.host)} {each.note}" + (f": {each.covers}" if each.changed else "")
    if changed.revision is not None:
        yield from revision_lines(changed.revision)


def impact_lines(found: Impact) -> Iterator[str]:
    yield printable(f"{found.list}: {found.entries} entries")
    yield from rejection_lines(found.rejections)
    yield f"it would take out {found.pairs} of {found.held} pairs, with {found.pictures} different pictures"
    yield from table(found.hosts, _IMPACT_COLUMNS)


_IMPACT_COLUMNS = {
    "host": lambda each: each.host,
    "pairs": lambda each: each.pairs,
    "pictures": lambda each: each.pictures,
    "entry": lambda each: each.entry,
    "where": lambda each: ", ".join(each.where),
}


def answer(tested: Tested) -> dict[str, object]:
    entry = tested.entry
    return {
        "url": tested.asked,
        "host": tested.host,
        "blocked": None if tested.host is None else tested.blocked,
        "entry": entry and entry.host,
        "list": entry and f"{entry.list}@{entry.number}",
        "why": entry and entry.why,
        "mode": entry and entry.mode.value,
        "via": entry and entry.via,
        "allowed": tested.allowed,
    }


def answer_line(answer: dict[str, object]) -> Iterator[str]:
    url = cell(answer["url"])
    if answer["host"] is None:
        yield f"{url}: no host can be read from it, so it is never taken"
    elif answer["blocked"]:
        inside = "an address inside it is " if answer["via"] else ""
        names = f"which names {cell(answer['entry'])} ({cell(answer['why'])})"
        yield f"{url}: {inside}blocked by {answer['list']}, {names}"
    elif answer["allowed"]:
        yield f"{url}: not blocked; {answer['allowed']} was allowed by hand"
    else:
        yield f"{url}: not blocked"
