import re

import pytest

from console.docs_filters import PAGE, codes, filters_page, reasons_of
from console.reasons import OF_PAGES, PAGES
from crawler.fetch_failure import FetchReason
from crawler.page_failure import PageReason
from crawler.worker_frames import PageFlaw
from filters.lineup import FILTERS
from filters.reason import Reason

ROWS = dict(re.findall(r"(?m)^\| `([a-z.-]+)` \| (clean|refused|unsure|failed) \|", filters_page()))


def test_page_is_not_stale() -> None:
    assert PAGE.read_text() == filters_page(), "type: make docs"


@pytest.mark.parametrize("name", [each.name for each in FILTERS])
def test_every_filter_has_its_heading_its_words_and_its_reasons(name: str) -> None:
    section = filters_page().partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert "Refuse" in section
    assert [each for each in ("**Example:**", "**Near miss:**", "**Evidence:**") if each not in section] == []
    [named] = [each for each in FILTERS if each.name == name]
    assert {each.value for each in reasons_of(named)} <= set(re.findall(r"`([a-z.-]+)`", section))


def test_every_reason_that_a_filter_may_give_has_one_row() -> None:
    given = {reason for enum in Reason.__subclasses__() if enum.__module__.startswith("filters.") for reason in enum}
    assert {each.value for each in given} - set(ROWS) == set()
    assert {each.value: each.outcome.value for each in given}.items() <= ROWS.items()
    assert filters_page().count("| `list.not-ready` |") == 1


def test_every_reason_of_the_crawl_is_told() -> None:
    assert {*map(str, FetchReason)} - set(ROWS) == set()
    assert {*map(str, PageReason), *map(str, PageFlaw)} - {*PAGES, *OF_PAGES} == set()


def test_no_code_is_told_in_two_places() -> None:
    assert set(codes()) & {*OF_PAGES, *PAGES} == set()


def test_codes_that_other_programs_rely_on_are_told() -> None:
    promised = """domain.blocked network.private network.scheme consent.robots alt.missing alt.too-short
        alt.boilerplate alt.file-name language.not-wanted image.too-small image.too-large image.aspect image.format
        image.undecodable image.truncated image.bomb image.trailing-data hash.on-list hash.near-list page.incident
        duplicate.pair duplicate.image-caption-flood filter.crashed list.not-ready fetch.failed fetch.too-large
        fetch.too-slow"""
    assert set(promised.split()) - set(ROWS) == set()
