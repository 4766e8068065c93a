from collections.abc import Iterator

import pytest

from tests.faults.stage import Stage, stage


@pytest.fixture(scope="session")
def on_stage() -> Iterator[Stage]:
    """Servers are begun when the first test needs them."""
    with stage() as opened:
        yield opened
