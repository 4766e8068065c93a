"""Build an index of another library and ask it, for `benchmarks.known_hashes`; run by a Python that has the library."""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Ask: TypeAlias = Callable[[Any], list[int]]


def main() -> None:
    folder, name = Path(sys.argv[1]), sys.argv[2]
    values, at, queries = (np.load(folder / f"{each}.npy") for each in ("values", "at", "queries"))
    before = _resident_mib()
    began = time.process_time()
    ask = {"flat": _flat, "threatexchange": _threatexchange}[name](values)
    built = time.process_time()
    answers = [ask(query) for query in queries]
    asked = time.process_time()
    print(
        json.dumps(
            {
                "build_s": built - began,
                "query_ms": 1000 * (asked - built) / len(queries),
                "mib": _resident_mib() - before,
                "found": sum(int(place) in each for place, each in zip(at, answers, strict=True)) / len(queries),
            }
        )
    )


def _flat(values: Any) -> Ask:
    """`range_search` finds what is nearer than its radius, not what is as far."""
    import faiss  # type: ignore[import-not-found]  # only in the environment of the peers

    index = faiss.IndexBinaryFlat(256)
    index.add(values)
    return lambda query: [int(each) for each in index.range_search(query[None, :], 32)[2]]


def _threatexchange(values: Any) -> Ask:
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex  # type: ignore[import-not-found]  # as faiss

    index = PDQIndex.build((row.tobytes().hex(), number) for number, row in enumerate(values))
    return lambda query: [each.metadata for each in index.query(query.tobytes().hex())]


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
