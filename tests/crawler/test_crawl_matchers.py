"""A crawl keeps only what its remote matchers have answered for; what they know is an incident, and no log tells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.launch_spec import LaunchSpec
from filters.facts import RemoteSays
from tests.crawler.crawls import Place
from tests.mock_site import page, picture, serving
from tests.replayed_service import Answer, Asked, replayed


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


def hma(lookup: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/m/index/status":
            return Answer.of({"pdq": {"built_to": 1, "present": True, "size": 9}})
        return lookup(asked)

    return answer


def knows_nothing(asked: Asked) -> Answer:
    return Answer.of({"matches": []})


def knows_all(asked: Asked) -> Answer:
    return Answer.of({"matches": [{"bank_content_id": 7, "distance": "2"}]})


def is_down(asked: Asked) -> Answer:
    return Answer(status=500)


def answers_no_json(asked: Asked) -> Answer:
    return Answer(body=b"<html>")


def test_what_every_matcher_answers_for_is_kept_and_asked_about_once(place: Place) -> None:
    with replayed(hma(knows_nothing)) as there, serving() as web:
        crawl = place.crawl(
            web.url(page(picture("kite"), (picture("kite"), "A kite above the dunes"))),
            REMOTE_MATCHERS=hma_at(there.url),
        )
    assert crawl.exit_code == 0
    [one, two] = place.pairs()
    assert one.image_sha256 == two.image_sha256
    looked_up = [each.query["signal"] for each in there.asked if each.path == "/m/raw_lookup"]
    assert len(looked_up) == len(set(looked_up)) > 1


@pytest.mark.parametrize("lookup", [is_down, answers_no_json])
def test_a_failing_matcher_keeps_nothing_and_is_unsure(place: Place, lookup: Callable[[Asked], Answer]) -> None:
    with replayed(hma(lookup)) as there, serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"), picture("teapot"))), REMOTE_MATCHERS=hma_at(there.url))
    assert crawl.counts() == {"stored": 0, "refused": {}, "unsure": {"remote.not-ready": 2}, "failed": {}}
    assert place.pairs() == []
    assert place.objects() == {}


def test_what_a_matcher_did_not_answer_is_tried_again_with_retry(place: Place) -> None:
    with replayed(hma(is_down)) as there, serving() as web:
        first = place.crawl(web.url(page(picture("kite"))), REMOTE_MATCHERS=hma_at(there.url))
        there.answer = hma(knows_nothing)
        again = place.crawl(spec=LaunchSpec(retry=first.run_id), REMOTE_MATCHERS=hma_at(there.url))
    assert again.counts()["stored"] == 1


def test_what_a_matcher_knows_is_a_match_and_its_page_is_held_back(place: Place) -> None:
    kept_out = Answer.of({"matches": []})
    known: set[str] = set()

    def lookup(asked: Asked) -> Answer:
        known.add(asked.query["signal"])
        return knows_all(asked) if len(known) == 1 else kept_out

    with replayed(hma(lookup)) as there, serving() as web:
        crawl = place.crawl(web.url(page(picture("kite"), picture("teapot"))), REMOTE_MATCHERS=hma_at(there.url))
    counts = crawl.counts()
    assert (counts["stored"], counts["refused"]) == (0, {"hash.remote-match": 1})
    assert counts["unsure"] == {"page.incident": 1}
    told = place.log.read_text(errors="replace") + (place.folder / "stderr").read_text(errors="replace")
    assert [each for each in known if each in told] == []
    assert "remote-match" not in told
    assert all(each.image_url is None for each in place.refusals())


def test_a_matcher_that_wants_credentials_stops_the_run_at_its_start(place: Place) -> None:
    crawl = place.crawl("http://127.0.0.21:1/", REMOTE_MATCHERS="arachnid=https://shield.test")
    assert crawl.exit_code == 3
    assert "ALTSIEVE_MATCHER_ARACHNID_USER" in crawl.failed.message


def test_no_answer_is_ever_clean() -> None:
    assert {each.value for each in RemoteSays} == {"no-match", "match", "suspect", "failed"}


def hma_at(url: str) -> str:
    return f"hma={url}"
