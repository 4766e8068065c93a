"""What holds for every test."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from hypothesis import settings

import filters
from tests import combination

settings.register_profile("house", deadline=None)  # speed is not what tests are about: benchmarks/ is
settings.load_profile("house")

# A settings module takes what the environment gives when it is loaded: before any test gives something of its own.
for _module in ("base", "development", "production", "testing"):
    import_module(f"settings.{_module}")

# Tests run side by side, one to a core, as workers of a crawl do: more threads would only wait for each other.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Tests start many hundreds of processes: what the first has compiled no other has to compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_HERE = Path(__file__).parent
_WATCHED = (_HERE / "filters", _HERE / "storage")
_LONG = "test_rescan"
"""What must be covered to the last branch is so by tests of its own; to watch the others takes half as much again."""


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once; the workers of this run are told of them by the environment."""
    config.addinivalue_line("markers", combination.MARK)
    combination.check()
    if combination.HAS_SERVERS and not hasattr(config, "workerinput"):
        from tests import places  # what it imports takes a second, and most runs of tests need no server

        stack = ExitStack()
        try:
            stack.enter_context(places.servers())
        except pytest.skip.Exception as missing:
            raise pytest.UsageError(str(missing)) from None
        config.add_cleanup(stack.close)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    combination.skip_elsewhere(items)
    if config.pluginmanager.hasplugin("_cov"):  # what a test loads that is not watched would seem never to be reached
        for module in walk_packages(filters.__path__, "filters."):
            import_module(module.name)
    for each in items:
        if each.path.name.startswith(_LONG) or not any(map(each.path.is_relative_to, _WATCHED)):
            each.add_marker("no_cover")


if combination.DATABASE == "postgresql":

    @pytest.fixture(autouse=True)
    def _databases() -> Iterator[None]:
        """Leave no database of a test on the server."""
        from tests import places

        with places.dropped_afterwards():
            yield
