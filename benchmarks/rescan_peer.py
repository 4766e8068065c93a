"""Search held hashes for new entries through faiss, for `benchmarks.rescan`; run by a Python that has the library."""

import json
import sys
import time
from pathlib import Path

import numpy as np


def main() -> None:
    """`range_search` finds what is nearer than its radius, not what is as far."""
    import faiss  # type: ignore[import-not-found]  # only in the environment of the peers

    folder = Path(sys.argv[1])
    rows, queries = np.load(folder / "rows.npy"), np.load(folder / "queries.npy")
    began = time.process_time()
    index = faiss.IndexBinaryFlat(256)
    index.add(rows)
    found = index.range_search(queries, 32)[2]
    print(json.dumps({"cpu_s": time.process_time() - began, "rows": np.unique(found).tolist()}))


if __name__ == "__main__":
    main()
