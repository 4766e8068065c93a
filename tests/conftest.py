"""What holds for every test."""

import os
import sys

from hypothesis import settings

settings.register_profile("house", deadline=None)  # speed is not what tests are about: benchmarks/ is
settings.load_profile("house")

# Tests run side by side, one to a core, as workers of a crawl do: more threads would only wait for each other.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Tests start many hundreds of processes: what the first has compiled no other has to compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
