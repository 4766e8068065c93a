"""Read lists of one hash a line: bare hex of one type, or ThreatExchange's `local_file`, whose lines begin with it."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from filters.indexes.known import HEX_DIGITS
from storage.hash_formats.listed import ListedHash, Told, listed_hash
from storage.list_lines import BadList, Rejected, RejectReason

Line: TypeAlias = tuple[int, str] | Rejected


def read_hex(lines: Iterable[Line], type_name: str | None) -> Iterator[Told]:
    if type_name is None:
        raise BadList(
            f"a list of bare hashes does not say their type: give --type {'|'.join(HEX_DIGITS)}; "
            "of a table, say which column holds what: --columns type=COLUMN,hash=COLUMN"
        )
    return _read(lines, lambda text: listed_hash(type_name, text))


def read_local_file(lines: Iterable[Line]) -> Iterator[Told]:
    return _read(lines, _typed)


def _read(lines: Iterable[Line], read: Callable[[str], ListedHash | RejectReason]) -> Iterator[Told]:
    for line in lines:
        if isinstance(line, Rejected):
            yield line.line, line.reason
        elif text := line[1].partition("#")[0].strip():
            yield line[0], read(text)


def _typed(text: str) -> ListedHash | RejectReason:
    words = text.split()
    return listed_hash(words[0], words[1]) if len(words) == 2 else RejectReason.BROKEN_ROW
