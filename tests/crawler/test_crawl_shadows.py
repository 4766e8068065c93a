"""A crawl counts what later filters would have said of what it refuses, and acts on nothing but a match."""

from pathlib import Path

import pytest

from crawler.launch_spec import LaunchSpec
from tests import past_rules
from tests.crawler.crawls import Place
from tests.mock_site import Reply, picture, serving


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path, SHADOW_SHARE="1", IMAGE_MIN_SIDE_PX="10000", LANGUAGES_WANTED="en")


def shown(*captions: str) -> str:
    return "".join(f'<img src="{picture("kite")}" alt="{each}">' for each in captions)


def counted(place: Place) -> dict[tuple[str, str, str], int]:
    rows = past_rules.ask(place.folder, "SELECT filter, reason, other, count FROM shadow")
    return {(name, reason, other): count for name, reason, other, count in rows}


def test_what_was_refused_is_shown_to_the_filters_after_the_one_that_refused(place: Place) -> None:
    """And a run that is gone on with adds to what it had counted."""
    misfits = {"CONSISTENCY_MODELS": "tests.models:misfits"}
    with serving() as web:
        first = shown("A kite above the beach on a windy day", "IMG_2031.jpg") + '<a href="/next">next</a>'
        web.answers["/first"] = Reply(body=first.encode())
        web.answers["/next"] = Reply(body=shown("A red kite over the hills in the evening").encode())
        begun = place.crawl(spec=LaunchSpec(seeds=(web.url("/first"),), max_pages=1), **misfits)
        before = counted(place)
        resumed = LaunchSpec(seeds=(), resume=begun.run_id, max_pages=2)
        place.crawl(spec=resumed, **misfits)
    small, name = ("image-shape", "image.too-small"), ("alt-text", "alt.file-name")
    assert {key: count for key, count in before.items() if key[:2] == small} == {
        (*small, ""): 1,
        (*small, "consistency"): 1,
    }
    after = counted(place)
    assert {key: count for key, count in after.items() if key[:2] == small} == {
        (*small, ""): 2,
        (*small, "consistency"): 2,
    }
    assert after[*name, ""] == 1
    assert place.pairs() == []


def test_a_match_that_a_shadow_finds_is_a_match(place: Place) -> None:
    alarmed: dict[str, str] = {"SAFETY_MODELS": "tests.models:alarmed", "SAFETY_DROP_WITH_MINOR": "calm=0.3"}
    with serving() as web:
        web.answers["/page"] = Reply(body=shown("A child with a kite above the beach").encode())
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url("/page"),)), **alarmed)
    assert crawl.counts() == {"stored": 0, "refused": {"safety.minor": 1}, "unsure": {}, "failed": {}}
    assert counted(place) == {}
    assert [(each.reason, each.image_url, each.page_url) for each in place.refusals()] == [("safety.minor", None, None)]
