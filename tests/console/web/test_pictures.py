from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.web.headers import HEADERS
from storage.blocklists import Blocklists
from storage.errors import ObjectsUnavailable
from tests.console.web.serving import Web, serving
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    web: Web
    crawl: Crawl
    pair_id: str

    @property
    def trail(self) -> str:
        return f"/pairs/{self.pair_id}"

    @property
    def picture(self) -> str:
        return f"/pairs/{self.pair_id}/picture"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with crawling(tmp_path) as crawl:
        page_id = crawl.new_page()
        kept = samples.kept(page_id, 1)
        crawl.record(page_id, kept, samples.refused(page_id, 2))
        with serving(tmp_path) as web:
            yield Scene(web=web, crawl=crawl, pair_id=kept.pair.pair_id)
        crawl.end()


def test_a_picture_is_shown_only_to_who_asks_for_it(scene: Scene) -> None:
    assert "<img" not in scene.web.get(scene.trail).text
    assert f'href="{scene.trail}?picture=shown"' in scene.web.get(scene.trail).text
    asked_for = scene.web.get(f"{scene.trail}?picture=shown").text
    assert asked_for.count("<img") == 1
    assert f'<img src="{scene.picture}"' in asked_for


def test_its_bytes_come_with_their_type_and_stay_in_no_cache(scene: Scene) -> None:
    answer = scene.web.get(scene.picture)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()
    assert answer.text == samples.bytes_of(1).decode(errors="replace")


def test_after_a_list_has_come_it_is_not_shown_and_it_is_said_why(scene: Scene) -> None:
    Blocklists(scene.crawl.records.db, scene.crawl.records.ledger).add(["other.example"], why="asked us", by="ann")
    answer = scene.web.get(scene.picture)
    assert answer.status == 404
    assert "altsieve rescan" in answer.text


def test_of_a_picture_or_a_host_no_picture_is_offered(scene: Scene) -> None:
    for path in (f"/images/{samples.kept('p', 1).pair.facts.digests.sha256}", "/hosts/pages.example"):
        text = scene.web.get(f"{path}?picture=shown").text
        assert "<img" not in text
        assert "picture=shown" not in text


@pytest.mark.parametrize("path", ["/pairs/x/picture", "/pairs/..%2f..%2fetc%2fpasswd/picture", "/pairs//picture"])
def test_what_is_no_pair_has_no_picture(scene: Scene, path: str) -> None:
    assert scene.web.get(path).status == 404


def test_a_store_that_does_not_answer_is_said_without_its_words(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ObjectsUnavailable("https://secret.example/ab/cd")

    monkeypatch.setattr("console.web.views.shown_picture", failing)
    answer = scene.web.get(scene.picture)
    assert answer.status == 503
    assert "does not answer" in answer.text
    assert "secret" not in answer.text
