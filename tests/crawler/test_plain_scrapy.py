"""`scrapy crawl` works as in any Scrapy project, with the same checks."""

import os
import subprocess
import sys
from pathlib import Path

from tests import models, places
from tests.crawler.crawls import CHECKOUT, Place
from tests.mock_site import page, picture, serving


def scrapy(place: Place, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name != "SCRAPY_SETTINGS_MODULE"}
    no_weights = {f"ALTSIEVE_{name}": value for name, value in models.SETTINGS.items()}
    given = {f"ALTSIEVE_{name}": value for name, value in place.whereabouts.items()}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", *arguments],
        cwd=CHECKOUT,
        env={**inherited, **no_weights, "SCRAPY_PROJECT": "testing", **given, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_pages_are_crawled(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        ended = scrapy(place, "pages", "-a", f"urls={web.url(page(picture('kite')))}")
    assert ended.returncode == 0
    assert len(place.pairs()) == 1
    assert "kite" not in ended.stderr
    assert "warning" not in ended.stderr


def test_who_will_keep_nothing_in_a_language_is_told_so(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        only = ("-s", "LANGUAGES_WANTED=de,en", "-s", "CONSISTENCY_MODELS=tests.models:english")
        ended = scrapy(place, "pages", "-a", f"urls={web.url('/nothing')}", *only)
    assert "warning: no caption in de will be kept" in ended.stderr


def test_a_run_is_not_resumed_by_another_spider(tmp_path: Path) -> None:
    place = Place.made_in(tmp_path)
    with serving() as web:
        run_id = place.crawl(web.url(page(picture("kite")))).run_id
    ended = scrapy(place, "sitemap", "-a", f"resume={run_id}")
    assert ended.returncode == 3
    assert "type: scrapy crawl pages" in ended.stderr


def test_what_is_not_ready_leaves_with_3_and_says_what_to_type(tmp_path: Path) -> None:
    places.Place.of(tmp_path).make_empty()
    ended = scrapy(Place(tmp_path), "pages", "-a", "urls=http://127.0.0.1/")
    assert ended.returncode == 3
    assert "altsieve db upgrade" in ended.stderr


def test_a_detector_of_languages_that_nobody_knows_leaves_with_3(tmp_path: Path) -> None:
    unknown = ("-a", "urls=http://127.0.0.1/", "-s", "LANGUAGE_DETECTORS=eldc,fasttext")
    ended = scrapy(Place(tmp_path), "pages", *unknown)
    assert ended.returncode == 3
    assert "LANGUAGE_DETECTORS may be" in ended.stderr
