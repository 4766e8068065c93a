import importlib
import pkgutil
from enum import StrEnum

import pytest

import crawler
import filters
from console.reasons import OF_PAGES, OF_STEPS, PAGES, meaning, of_filters
from crawler.fetch_failure import FetchReason
from crawler.page_failure import PageReason
from crawler.worker_frames import PageFlaw
from filters.facts import Flaw
from filters.reason import Reason


def every_reason() -> list[str]:
    """Return the codes of all enumerations of reasons, wherever they are."""
    for package in (filters, crawler):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    kinds: list[type[StrEnum]] = [FetchReason, PageReason, PageFlaw, Flaw, *_below(Reason)]
    return sorted({each.value for kind in kinds for each in kind})


def _below(kind: type[StrEnum]) -> list[type[StrEnum]]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]


@pytest.mark.parametrize("code", every_reason())
def test_every_reason_code_is_told_in_words(code: str) -> None:
    assert len(meaning(code).split()) >= 4


def test_a_code_has_one_meaning() -> None:
    of_filters_too = {each.value for each in of_filters()} & {*OF_PAGES, *OF_STEPS, *PAGES}
    assert of_filters_too == set()


def test_every_code_that_is_told_is_still_given() -> None:
    assert {*OF_PAGES, *OF_STEPS, *PAGES} <= set(every_reason())


def test_a_code_of_somebody_else_is_shown_as_it_is() -> None:
    assert meaning("weather.rainy") == ""
