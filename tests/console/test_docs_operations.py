import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.web.metrics import Metrics
from tests.storage import samples
from tests.storage.one_crawl import crawling

DOCS = Path(__file__).parents[2] / "docs"
NAME = re.compile(r"altsieve_[a-z_]+")


@pytest.fixture
def exported(tmp_path: Path) -> Iterator[set[str]]:
    """The names of all metrics, of a run at work with a list."""
    with crawling(tmp_path) as crawl:
        page_id = crawl.new_page()
        crawl.record(page_id, samples.kept(page_id, 1))
        text = Metrics(db=crawl.records.db, ledger=crawl.records.ledger).text().decode()
        yield set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def test_every_metric_and_no_other_is_in_the_table(exported: set[str]) -> None:
    section = (DOCS / "operations.md").read_text().partition("## To watch over it")[2].partition("\n## ")[0]
    assert set(NAME.findall(section)) == exported


def test_the_dashboard_asks_for_metrics_that_there_are(exported: set[str]) -> None:
    board = json.loads((DOCS / "dashboard.json").read_text())
    asked = {name for panel in board["panels"] for each in panel["targets"] for name in NAME.findall(each["expr"])}
    assert len(asked) >= 6
    assert asked <= exported
