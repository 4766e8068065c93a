"""Say on which kinds of store a run of tests is, and skip what is said to be about another kind.

ALTSIEVE_TEST_DATABASE (sqlite or postgresql) and ALTSIEVE_TEST_OBJECTS (folder or s3) choose them; without them it is
SQLite and a folder, as for a user who sets nothing.
"""

import os
from collections.abc import Iterable
from typing import Final

import pytest

DATABASE: Final = os.environ.get("ALTSIEVE_TEST_DATABASE", "sqlite")
OBJECTS: Final = os.environ.get("ALTSIEVE_TEST_OBJECTS", "folder")
HAS_SERVERS: Final = (DATABASE, OBJECTS) != ("sqlite", "folder")
MARK: Final = "only(kind, why): the test is about this kind of store, for this reason"
_KINDS: Final = {"ALTSIEVE_TEST_DATABASE": ("sqlite", "postgresql"), "ALTSIEVE_TEST_OBJECTS": ("folder", "s3")}


def check() -> None:
    for (name, kinds), said in zip(_KINDS.items(), (DATABASE, OBJECTS), strict=True):
        if said not in kinds:
            raise pytest.UsageError(f"{name} is one of {', '.join(kinds)}")


def skip_elsewhere(tests: Iterable[pytest.Item]) -> None:
    """Pytest counts and lists at the end what is skipped, with the reason that its mark gives."""
    for test in tests:
        for mark in test.iter_markers("only"):
            (kind,), why = mark.args, mark.kwargs["why"]
            assert any(kind in kinds for kinds in _KINDS.values()), kind
            if kind not in (DATABASE, OBJECTS):
                test.add_marker(pytest.mark.skip(reason=f"only with {kind}: {why}"))
