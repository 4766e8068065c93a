"""Search files for what must not be in them: runs of bytes, raw, as base64, as hex, and inside compressed streams."""

import base64
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

RUN_BYTES: Final = 64
_MOST_UNPACKED: Final = 8_000_000
_STREAM: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_SHORTEST_STREAM: Final = 40
_FIRST: Final = 1_000
_START: Final = 8
"""So many bytes of a needle are looked for first, at every place of a file at once."""


def runs_of(body: bytes) -> list[bytes]:
    """Return runs of 64 bytes from the second half of a file: its beginning is like that of innocent files."""
    at = [round(len(body) * share) for share in (0.45, 0.55, 0.65, 0.75, 0.85)]
    return [run for run in (body[each : each + RUN_BYTES] for each in at) if _tells_something(run)]


def disguises_of(run: bytes) -> Iterator[bytes]:
    """Yield the ways in which a run may stand in a text: raw, hex, and base64 wherever in a longer text it begins."""
    yield run
    yield run.hex().encode()
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + run)
        yield encoded[4 : len(encoded) - 4]
        yield encoded[4 : len(encoded) - 4].replace(b"+", b"-").replace(b"/", b"_")


def unpacked(body: bytes) -> Iterator[bytes]:
    """Yield a file and every compressed stream in it, unpacked."""
    yield body
    rest = memoryview(body)
    for match in _STREAM.finditer(body):
        found = _inflated(rest[match.start() :])
        if len(found) >= _SHORTEST_STREAM:
            yield found


def _inflated(rest: memoryview) -> bytes:
    """Return what is unpacked of it; nothing, which its first bytes show most often, if it is no stream."""
    stream = zlib.decompressobj(47)
    try:
        found = stream.decompress(rest[:_FIRST])
        return found if stream.eof else found + stream.decompress(rest[_FIRST:], _MOST_UNPACKED)
    except zlib.error:
        return b""


def found_in(haystack: Mapping[str, bytes], needles: Mapping[str, bytes]) -> list[str]:
    """Return which needles are in which files, by their names: what is searched for is never shown."""
    by_start = defaultdict(list)
    for name, needle in needles.items():
        by_start[_number(needle)].append((name, needle))
    starts = np.array(sorted(by_start), dtype=np.uint64)
    return sorted(
        {
            f"{name} in {file}"
            for file, body in haystack.items()
            for part in unpacked(body)
            for at in _places(part, starts)
            for name, needle in by_start[_number(part[at:])]
            if part.startswith(needle, at)
        }
    )


def _places(body: bytes, starts: npt.NDArray[np.uint64]) -> Iterator[int]:
    """Yield where eight bytes stand with which a needle begins."""
    for shift in range(min(_START, len(body))):
        numbers = np.frombuffer(body, dtype="<u8", offset=shift, count=max(0, len(body) - shift) // _START)
        yield from (np.flatnonzero(np.isin(numbers, starts)) * _START + shift).tolist()


def _number(needle: bytes) -> int:
    if len(needle) < _START:
        raise ValueError("a needle has at least eight bytes")
    return int.from_bytes(needle[:_START], "little")


def files_below(*folders: Path) -> dict[str, bytes]:
    """Read every file that can be read: below these folders, or named itself."""
    found = {}
    for path in (path for folder in folders for path in (folder, *folder.rglob("*"))):
        try:
            if path.is_file():
                found[str(path)] = path.read_bytes()
        except OSError:
            continue
    return found


def _tells_something(run: bytes) -> bool:
    """Zeros and the like stand in innocent files too."""
    return len(run) == RUN_BYTES and len(set(run)) > RUN_BYTES // 3
