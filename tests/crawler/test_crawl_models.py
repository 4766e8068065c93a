"""What models say decides in a crawl: refused, unsure, or no crawl at all."""

from pathlib import Path

import pytest

from tests.crawler.crawls import Place
from tests.mock_site import page, picture, serving


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"SAFETY_MODELS": "tests.models:alarmed"}, {"refused": {"safety.nsfw": 2}}),
        ({"CONSISTENCY_MODELS": "tests.models:misfits"}, {"refused": {"caption.mismatch": 2}}),
        ({"SAFETY_MODELS": "tests.models:later_dies"}, {"unsure": {"model.not-ready": 2}}),
    ],
    ids=lambda each: next(iter(each)),
)
def test_nothing_is_kept_that_a_model_does_not_find_clean(
    tmp_path: Path, more: dict[str, str], counts: dict[str, dict[str, int]]
) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("lighthouse"), picture("kite"))), spec=None, **more)
    assert crawl.counts() == {"stored": 0, "refused": {}, "unsure": {}, "failed": {}} | counts
    assert place.pairs() == []


def test_no_crawl_begins_with_a_model_that_answers_a_constant(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"))), SAFETY_MODELS="tests.models:always_0")
        assert web.paths() == []
    assert crawl.exit_code == 3
    assert "harmless picture" in crawl.failed.message
