"""What waits is decided on in the page by who serves it, and by nobody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.operators import login_name
from storage.reviews import Reviews, ReviewState
from tests.console.web.serving import Web, serving, token_in
from tests.storage.one_crawl import Crawl, crawling
from tests.storage.test_reviews import reviews, seen

MANY = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    web: Web
    crawl: Crawl
    ids: list[str]

    @property
    def queue(self) -> Reviews:
        return reviews(self.crawl)

    def decide(self, number: int, **fields: str) -> tuple[int, str]:
        path = f"/review/{self.ids[number]}"
        answer = self.web.post(path, token=token_in(self.web.get(path).text), **fields)
        return answer.status, answer.headers.get("location", "")


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    with crawling(tmp_path) as crawl:
        ids = seen(crawl, *range(1, MANY + 1))
        with serving(tmp_path) as web:
            yield Waiting(web=web, crawl=crawl, ids=ids)


def test_what_waits_is_paged_by_key_and_none_is_lost(waiting: Waiting) -> None:
    first = waiting.web.get("/review").text
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = waiting.web.get(more).text
    assert [re.findall(r'href="/review/([^"]+)"', each) for each in (first, second)] == [
        waiting.ids[:50],
        waiting.ids[50:],
    ]
    assert f"{MANY} wait ({MANY} language.uncertain)" in first
    assert 'rel="next"' not in second


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        ("accept", ReviewState.ACCEPTED, "altsieve crawl --retry"),
        ("refuse", ReviewState.REFUSED, "it stays refused"),
    ],
)
def test_a_decision_is_recorded_in_the_name_of_who_serves_the_page(
    waiting: Waiting, answer: str, state: ReviewState, says: str
) -> None:
    one = waiting.ids[0]
    assert waiting.decide(0, answer=answer, why=" <b>no</b> doubt ") == (303, f"/review/{one}")
    item = waiting.queue.show(one)
    assert (item.state, [(each.by, each.why) for each in item.decisions]) == (
        state,
        [(login_name(), "<b>no</b> doubt")],
    )
    text = waiting.web.get(f"/review/{one}").text
    assert says in text
    assert "&lt;b&gt;no&lt;/b&gt; doubt" in text
    assert "<form method" not in text
    assert waiting.crawl.verify() == []


@pytest.mark.parametrize(
    "fields", [{"answer": "accept"}, {"answer": "accept", "why": " "}, {"why": "x", "answer": "x"}]
)
def test_without_an_answer_and_a_reason_nothing_is_done(waiting: Waiting, fields: dict[str, str]) -> None:
    assert waiting.decide(0, **fields) == (400, "")
    assert waiting.queue.show(waiting.ids[0]).state is ReviewState.WAITING


def test_what_was_decided_stays_decided(waiting: Waiting) -> None:
    path = f"/review/{waiting.ids[0]}"
    token = token_in(waiting.web.get(path).text)
    waiting.queue.decide(waiting.ids[0], accept=False, by="ann", why="no")
    late = waiting.web.post(path, token=token, answer="accept", why="yes")
    assert (late.status, "it is refused" in late.text) == (409, True)
    assert waiting.queue.show(waiting.ids[0]).state is ReviewState.REFUSED


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_of_another_site_decides_nothing(waiting: Waiting, headers: dict[str, str]) -> None:
    path = f"/review/{waiting.ids[0]}"
    token = token_in(waiting.web.get(path).text)
    assert waiting.web.post(path, headers, token=token, answer="accept", why="yes").status == 403
    assert waiting.web.post(path, answer="accept", why="yes").status == 403
    assert waiting.queue.show(waiting.ids[0]).state is ReviewState.WAITING


@pytest.mark.parametrize("sighting", ["nonsense", "a" * 5_000, "%00", "%3Cb%3E"])
def test_what_is_not_there_is_not_found(waiting: Waiting, sighting: str) -> None:
    token = token_in(waiting.web.get(f"/review/{waiting.ids[0]}").text)
    assert waiting.web.get(f"/review/{sighting}").status == 404
    assert waiting.web.post(f"/review/{sighting}", token=token, answer="accept", why="yes").status == 404
