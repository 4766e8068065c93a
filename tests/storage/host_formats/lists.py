"""Read a list that a test holds as text."""

import io
from typing import TypeAlias

from storage.host_formats import HostFormat, ListLine, Matches, read_hosts
from storage.list_lines import RejectReason

Seen: TypeAlias = str | RejectReason


def read(
    text: str | bytes, layout: HostFormat | None = None, *, matches: Matches | None = None, force: bool = False
) -> list[Seen]:
    """Return what each entry covers, with `@@` before exceptions, and the reason of each that is rejected."""
    return [seen for _, seen in read_numbered(text, layout, matches=matches, force=force)]


def read_numbered(
    text: str | bytes, layout: HostFormat | None = None, *, matches: Matches | None = None, force: bool = False
) -> list[tuple[int, Seen]]:
    """Return the same with the line number of what is rejected, and 0 for an entry."""
    source = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return [
        (0, ("@@" if item.action == "except" else "") + item.covers)
        if isinstance(item, ListLine)
        else (item.line, item.reason)
        for item in read_hosts(source, layout, matches=matches, force=force)
    ]
