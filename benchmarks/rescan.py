"""Compare new entries of a list with the hashes of millions of held pictures, and record how long it takes."""

import argparse
import os
import platform
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from storage.database import Database
from storage.held_file import BLOCK_ROWS, HeldFile, Kind
from storage.held_hashes import FILE, HeldHashes
from storage.held_search import NearSearch, Target
from storage.rescan_entries import NewEntry

WORK: Final = Path(__file__).parent.parent / ".bench" / "rescan"
README: Final = Path(__file__).parent / "README.md"
MARK: Final = "<!-- written by python -m benchmarks.rescan -->"
SECTION: Final = """## Ten million held pictures and a thousand new entries: one by one, and a re-scan

What a re-scan does first when a list changes: the hashes of all that is held, in a file of columns, are compared with
the new entries, and pictures within 31 bits are named. Random hashes; each entry is planted 31 random bits from a hash
that is held, half of them from its complement. One thread; one by one is what counting the bits that differ takes for
one block of the file, times its blocks. `.venv/bin/python -m benchmarks.rescan` runs this again; it needs 5 GB of disk
and, to measure the search and not the disk, as much free memory."""
KINDS: Final = (Kind.SHA256, Kind.MD5_SHA1, *[Kind.PDQ] * 9, Kind.PHASH16)
"""Of a picture with one view."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    found: int
    planted: int
    wall_s: float
    cpu_s: float
    all_cpu_s: float
    """How long comparing every entry with every hash would take, by what one block takes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_000_000)
    parser.add_argument("--entries", type=int, default=1_000)
    options = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    rng = np.random.default_rng(1)
    try:
        file = _held(rng, options.pictures)
        entries = _planted(rng, file, options.entries)
        measured = _measure(file, entries)
        report = _report(measured, options.pictures, len(file), (WORK / FILE).stat().st_size)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    print(report)
    if options.pictures == parser.get_default("pictures"):
        _record(report)


def _held(rng: np.random.Generator, pictures: int) -> HeldFile:
    """Fill the file block by block with random hashes, as if so many pictures had been appended to it."""
    file = HeldFile.create(WORK / FILE)
    blocks = -(-pictures * len(KINDS) // BLOCK_ROWS)
    file.grow(blocks * BLOCK_ROWS, items=blocks * BLOCK_ROWS // len(KINDS) + 1)
    for number, block in enumerate(file.blocks(to_write=True)):
        rows = np.arange(number * BLOCK_ROWS, (number + 1) * BLOCK_ROWS)
        block.words[:] = rng.integers(0, 2**32, size=block.words.shape, dtype=np.uint32)
        block.items[:] = rows // len(KINDS)
        block.kinds[:] = np.array(KINDS, dtype=np.uint8)[rows % len(KINDS)]
    return file


def _planted(rng: np.random.Generator, file: HeldFile, count: int) -> list[NewEntry]:
    """Return entries each of which is 31 bits, anywhere, from a hash that is held, or from its complement."""
    entries = []
    blocks = list(file.blocks())
    for number in range(count):
        block = blocks[int(rng.integers(len(blocks)))]
        row = int(rng.choice(np.flatnonzero(block.kinds == Kind.PDQ)))
        value = int.from_bytes(block.words[:, row].astype(">u4").tobytes(), "big") ^ (number % 2 * (2**256 - 1))
        for bit in rng.choice(256, 31, replace=False):
            value ^= 1 << int(bit)
        entries.append(NewEntry(type="pdq", value=f"{value:064x}", distance_bits=31))
    return entries


def _measure(file: HeldFile, entries: list[NewEntry]) -> Measured:
    held = HeldHashes(Database.open(f"sqlite:///{WORK}/altsieve.db"))
    held.nominated(entries[:1])  # so that the file is in memory
    wall, cpu = time.perf_counter(), time.process_time()
    found = held.nominated(entries)
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return Measured(found=len(found), planted=len(entries), wall_s=wall_s, cpu_s=cpu_s, all_cpu_s=_all(file, entries))


def _all(file: HeldFile, entries: list[NewEntry]) -> float:
    few = entries[:20]
    targets = [Target(kind=Kind.PDQ, value=bytes.fromhex(each.value), distance_bits=31) for each in few]
    search, block = NearSearch(targets, few=2 * len(few)), next(iter(file.blocks()))
    began = time.process_time()
    search.near([(block.words, block.kinds)])
    return (time.process_time() - began) * len(file) / len(block.kinds) * len(entries) / len(few)


def _report(measured: Measured, pictures: int, rows: int, size: int) -> str:
    return f"""{MARK}

{pictures:,} pictures with 10 perceptual hashes each, {measured.planted:,} new entries. \
{os.cpu_count()} cores, Python {platform.python_version()}.

| | one by one (by one block) | as `altsieve rescan` |
|---|---|---|
| CPU s | {measured.all_cpu_s:,.0f} | {measured.cpu_s:.1f} |
| wall s | | {measured.wall_s:.1f} |
| planted pictures found | all | {measured.found:,} of {measured.planted:,} |

The file has {rows:,} rows and {size / 2**30:.1f} GiB; tables for the entries are built within the time.
One by one : as `altsieve rescan`, CPU time: **{measured.all_cpu_s / measured.cpu_s:.0f}**.

{MARK}"""


def _record(report: str) -> None:
    text = README.read_text()
    if MARK not in text:
        text = f"{text.rstrip()}\n\n{SECTION}\n\n{MARK}\n\n{MARK}\n"
    before, _, rest = text.partition(MARK)
    _, _, after = rest.partition(MARK)
    README.write_text(before + report + after)


if __name__ == "__main__":
    main()
