from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.one_crawl import Crawl, crawling
from tests.storage.s3 import S3Server, shared_server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A real S3 server, which this process is told of by its environment."""
    with shared_server() as server:
        yield server


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    """A run with its recorder, in a folder of the test. Whatever was recorded, nothing is wrong with it afterwards."""
    with crawling(tmp_path) as opened:
        yield opened
        assert {each.code for each in opened.verify()} <= {"object.orphan"}
