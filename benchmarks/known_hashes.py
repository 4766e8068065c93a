"""Look pictures up among generated hashes through faiss, threatexchange and Altsieve's mapped index, in one run."""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.record import record
from filters.indexes.entry_columns import EntryPart, gather_parts
from filters.indexes.hash_image import open_hashes, write_gathered

ROOT: Final = Path(__file__).parent.parent
WORK: Final = ROOT / ".bench" / "known-hashes"
PEERS: Final = ("faiss-cpu==1.15.1", "threatexchange==1.2.17")
QUERIES: Final = 300
DISTANCE_BITS: Final = 31
DIGEST: Final = "0f" * 32
NAMES: Final = {
    "flat": "faiss IndexBinaryFlat",
    "threatexchange": "threatexchange PDQIndex",
    "altsieve": "Altsieve, mapped",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--most-for-threatexchange", type=int, default=1_000_000, help="more takes minutes and 8 GB")
    parser.add_argument("--only", choices=("altsieve",), help=argparse.SUPPRESS)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    if options.only:
        print(json.dumps(_altsieve(options.entries[0])))
        return
    install_peers()
    report = "\n\n".join(_measured(count, options.most_for_threatexchange) for count in options.entries)
    print(report)
    record(report, "python -m benchmarks.known_hashes")


def install_peers() -> Path:
    """Return the Python that has the libraries of others."""
    if not (WORK / "venv/bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], check=True)
        subprocess.run([WORK / "venv/bin/pip", "install", "--quiet", *PEERS], check=True)
    return WORK / "venv/bin/python"


def _measured(count: int, most_for_threatexchange: int) -> str:
    """Every query is an entry with 31 bits flipped: what is not found among the answers was missed."""
    chance = np.random.default_rng(1)
    values = np.frombuffer(chance.bytes(32 * count), dtype=np.uint8).reshape(count, 32)
    at = chance.integers(0, count, QUERIES)
    queries = np.packbits(np.unpackbits(values[at], axis=1) ^ _flips(chance), axis=1)
    for name, array in (("values", values), ("at", at), ("queries", queries)):
        np.save(WORK / f"{name}.npy", array)
    peers = ["flat"] + ["threatexchange"] * (count <= most_for_threatexchange)
    script: list[str | Path] = [WORK / "venv/bin/python", ROOT / "benchmarks/known_hashes_peers.py", WORK]
    found = {name: _asked([*script, name]) for name in peers}
    ours: list[str | Path] = [sys.executable, "-m", "benchmarks.known_hashes", "--only", "altsieve", "--entries"]
    return _report(count, found | {"altsieve": _asked([*ours, str(count)])})


def _flips(chance: np.random.Generator) -> npt.NDArray[np.uint8]:
    flips = np.zeros((QUERIES, 256), dtype=np.uint8)
    for row in flips:
        row[chance.permutation(256)[:DISTANCE_BITS]] = 1
    return flips


def _asked(command: list[str | Path]) -> dict[str, float]:
    alone = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=alone, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _altsieve(count: int) -> dict[str, Any]:
    """The index is written in a process of its own before: here it is opened as by a run, and asked."""
    path = WORK / "list.hashes"
    child = os.fork()
    if not child:
        write_gathered(path, gather_parts(_parts(count)), DIGEST)
        os._exit(0)
    os.waitpid(child, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    at, queries = np.load(WORK / "at.npy"), np.load(WORK / "queries.npy")
    before = _resident_mib()
    parts = open_hashes(path, DIGEST)
    index, columns = parts.near["pdq"], parts.columns["pdq"]
    began = time.process_time()
    answers = [index.within(query.tobytes(), DISTANCE_BITS) for query in queries]
    asked_s = time.process_time() - began
    found = sum(
        any(columns.at(row)[0] == place + 1 for row, _ in each) for place, each in zip(at, answers, strict=True)
    )
    return {
        "build_s": used.ru_utime + used.ru_stime,
        "query_ms": 1000 * asked_s / len(queries),
        "mib": _resident_mib() - before,
        "found": found / len(queries),
        "file_mb": path.stat().st_size / 1e6,
    }


def _parts(count: int) -> Iterator[EntryPart]:
    """As rows of a database arrive, in parts of columns."""
    values = np.load(WORK / "values.npy", mmap_mode="r")
    for start in range(0, count, 10_000):
        text = values[start : start + 10_000].tobytes().hex()
        many = len(text) // 64
        yield EntryPart(
            types=["pdq"] * many,
            values=[text[at : at + 64] for at in range(0, len(text), 64)],
            categories=["NEGATIVE_CLASS"] * many,
            distances=[None] * many,
            severities=[""] * many,
            entries=range(start + 1, start + many + 1),
        )


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _report(count: int, found: dict[str, dict[str, float]]) -> str:
    ours, python = found["altsieve"], platform.python_version()
    lines = [
        f"{count:,} PDQ hashes, {QUERIES} queries {DISTANCE_BITS} bits away, one core, Python {python}.",
        "",
        "| | build, CPU s | memory, MiB | one query, CPU ms | found |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {NAMES[name]} | {each['build_s']:.1f} | {each['mib']:.0f} | {each['query_ms']:.2f} | {each['found']:.1%} |"
        for name, each in found.items()
    ]
    ratios = (
        f"{NAMES[name]} {each['query_ms'] / ours['query_ms']:.1f}" for name, each in found.items() if each != ours
    )
    said = f"Altsieve's file has {ours['file_mb']:.0f} million bytes."
    return "\n".join([*lines, "", f"Time of a query, each : Altsieve's: **{', '.join(ratios)}**. {said}"])


if __name__ == "__main__":
    main()
