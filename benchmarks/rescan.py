"""Compare new entries of a list with the hashes of millions of held pictures, and record how long it takes."""

import argparse
import json
import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.known_hashes import install_peers
from benchmarks.record import record
from storage.database import Database
from storage.held_file import BLOCK_ROWS, HeldFile, Kind
from storage.held_hashes import FILE, HeldHashes
from storage.held_search import NearSearch, Target
from storage.rescan_entries import NewEntry

WORK: Final = Path(__file__).parent.parent / ".bench" / "rescan"
PEER_BLOCKS: Final = 16
"""About a million rows."""
KINDS: Final = (Kind.SHA256, Kind.MD5_SHA1, *[Kind.PDQ] * 9, Kind.PHASH16)
"""Of a picture with one view."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    found: int
    planted: int
    entries: int
    wall_s: float
    cpu_s: float
    one_by_one_cpu_s: float
    """How long comparing every entry with every hash would take, by what one block takes."""
    faiss_cpu_s: float
    """The same by what some blocks take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_000_000)
    parser.add_argument("--entries", type=int, default=1_000)
    options = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    rng = np.random.default_rng(1)
    try:
        file = _held(rng, options.pictures)
        entries, pictures = _planted(rng, file, options.entries)
        measured = _measure(file, entries, pictures)
        report = _report(measured, options.pictures, len(file), (WORK / FILE).stat().st_size)
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    print(report)
    if options.pictures == parser.get_default("pictures"):
        record(report, "python -m benchmarks.rescan")


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


def _planted(rng: np.random.Generator, file: HeldFile, count: int) -> tuple[list[NewEntry], set[str]]:
    """Return entries each of which is 31 bits, anywhere, of a hash that is held or its complement, and whose."""
    entries, items = [], []
    blocks = list(file.blocks())
    for number in range(count):
        block = blocks[int(rng.integers(len(blocks)))]
        row = int(rng.choice(np.flatnonzero(block.kinds == Kind.PDQ)))
        value = int.from_bytes(block.words[:, row].astype(">u4").tobytes(), "big") ^ (number % 2 * (2**256 - 1))
        for bit in rng.choice(256, 31, replace=False):
            value ^= 1 << int(bit)
        entries.append(NewEntry(type="pdq", value=f"{value:064x}", distance_bits=31))
        items.append(block.items[row])
    return entries, set(file.digests_of(items))


def _measure(file: HeldFile, entries: list[NewEntry], pictures: set[str]) -> Measured:
    held = HeldHashes(Database.open(f"sqlite:///{WORK}/altsieve.db"))
    held.nominated(entries[:1])  # so that the file is in memory
    wall, cpu = time.perf_counter(), time.process_time()
    found = held.nominated(entries)
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return Measured(
        found=len(found & pictures),
        planted=len(pictures),
        entries=len(entries),
        wall_s=wall_s,
        cpu_s=cpu_s,
        one_by_one_cpu_s=_one_by_one(file, entries),
        faiss_cpu_s=_faiss(file, entries),
    )


def _one_by_one(file: HeldFile, entries: list[NewEntry]) -> float:
    few = entries[:20]
    search, block = NearSearch(_targets(few), few=2 * len(few)), next(iter(file.blocks()))
    began = time.process_time()
    search.near([(block.words, block.kinds)])
    return (time.process_time() - began) * len(file) / len(block.kinds) * len(entries) / len(few)


def _faiss(file: HeldFile, entries: list[NewEntry]) -> float:
    python = install_peers()
    blocks = list(islice(file.blocks(), PEER_BLOCKS))
    of_pdq = [np.flatnonzero(each.kinds == Kind.PDQ) for each in blocks]
    words = [each.words[:, rows] for each, rows in zip(blocks, of_pdq, strict=True)]
    queries = np.array([list(bytes.fromhex(each.value)) for each in entries], dtype=np.uint8)
    np.save(WORK / "rows.npy", np.concatenate([each.T.astype(">u4", order="C").view(np.uint8) for each in words]))
    np.save(WORK / "queries.npy", np.concatenate([queries, ~queries]))
    script = Path(__file__).with_name("rescan_peer.py")
    alone = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([python, script, WORK], env=alone, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    ours = NearSearch(_targets(entries)).near([(each.words, each.kinds) for each in blocks])
    found = np.concatenate([np.isin(rows, near) for rows, near in zip(of_pdq, ours, strict=True)])
    if np.flatnonzero(found).tolist() != answer["rows"]:
        raise RuntimeError("faiss finds other rows")
    return float(answer["cpu_s"]) * len(file) / sum(len(each.kinds) for each in blocks)


def _targets(entries: list[NewEntry]) -> list[Target]:
    return [Target(kind=Kind.PDQ, value=bytes.fromhex(each.value), distance_bits=31) for each in entries]


def _report(measured: Measured, pictures: int, rows: int, size: int) -> str:
    return f"""\
{pictures:,} pictures with 10 perceptual hashes each, {measured.entries:,} new entries. \
{os.cpu_count()} cores, Python {platform.python_version()}.

| | one by one (by one block) | faiss IndexBinaryFlat (by {PEER_BLOCKS} blocks) | as `altsieve rescan` |
|---|---|---|---|
| CPU s | {measured.one_by_one_cpu_s:,.0f} | {measured.faiss_cpu_s:,.0f} | {measured.cpu_s:.1f} |
| wall s | | | {measured.wall_s:.1f} |
| planted pictures found | all | all | {measured.found:,} of {measured.planted:,} |

The file has {rows:,} rows and {size / 2**30:.1f} GiB; tables for the entries are built within the time.
CPU time, each : that of `altsieve rescan`: **one by one {measured.one_by_one_cpu_s / measured.cpu_s:.0f}, \
faiss IndexBinaryFlat {measured.faiss_cpu_s / measured.cpu_s:.0f}**."""


if __name__ == "__main__":
    main()
