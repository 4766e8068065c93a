import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from storage.incidents import new_key_pair
from tests import mock_site
from tests.acceptance.leavings import keeping_log
from tests.acceptance.workshop import Said, Workshop

DEMO: Final = (sys.executable, "-P", "-m", "console.demo")


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """The demo after its first crawl. `wal` is the write-ahead log as it was when the crawl ended."""

    workshop: Workshop
    said: Said
    wal: bytes


@pytest.fixture(scope="session")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """What each test begins with: to lay it down takes two commands, to copy it no time."""
    return Workshop.open(tmp_path_factory.mktemp("laid-down") / "altsieve")


@pytest.fixture
def workshop(laid_down: Workshop, tmp_path: Path) -> Workshop:
    return laid_down.copied(tmp_path / "altsieve")


@pytest.fixture
def web() -> Iterator[mock_site.Web]:
    with mock_site.serving() as served:
        yield served


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """Run the whole demo once, with its log at DEBUG, in a folder that keeps every file it leaves behind."""
    folder = tmp_path_factory.mktemp("demo") / "altsieve"
    _, public = new_key_pair()
    settings = {"ALTSIEVE_LOG_LEVEL": "DEBUG", "ALTSIEVE_INCIDENT_PUBLIC_KEY": public}
    workshop = Workshop.open(folder, own_models=True, **settings)
    with keeping_log(workshop.place) as log:
        said = workshop.call(*DEMO)
        return Crawled(workshop=workshop, said=said, wal=log())
