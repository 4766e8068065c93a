"""A document is asked for once at a time, and counts for as long as its host and RFC 9309 allow."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from crawler import readings
from crawler.consent_documents import ConsentDocuments
from crawler.own_requests import Answer, NoAnswer
from crawler.readings import FIRST_WAIT, IN_MEMORY, MOST_KEPT_BYTES, NoRoom, Reading, Readings
from settings import base

URL = "http://a.example/robots.txt"
START = datetime(2026, 11, 23, tzinfo=UTC)


class Host:
    """Answers in turn what it was given, its last answer for ever; and keeps the clock."""

    def __init__(self, *answers: Answer | NoAnswer) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.now = START
        self.documents = ConsentDocuments()
        self.open = asyncio.Event()
        self.open.set()

    async def get(self, url: str) -> Answer | NoAnswer:
        self.asked.append(url)
        await self.open.wait()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def readings(self, *, must_exist: bool = False) -> Readings[bytes]:
        return Readings("robots.txt", _read, self.get, self.documents, now=lambda: self.now, must_exist=must_exist)


def _read(body: bytes, url: str) -> bytes | None:
    return None if body == b"something else" else body


def answer(status: int = 200, body: bytes = b"text", max_age: timedelta | None = None) -> Answer:
    return Answer(status=status, body=body, max_age=max_age)


def run(play: Callable[[], Awaitable[None]]) -> None:
    async def started() -> None:
        await play()

    asyncio.run(started())


@pytest.mark.parametrize(
    ("given", "text", "problem"),
    [
        (answer(200), b"text", None),
        (answer(206), b"text", None),
        (answer(204, b""), b"", None),
        (answer(400), None, None),
        (answer(401), None, None),
        (answer(403), None, None),
        (answer(404), None, None),
        (answer(410), None, None),
        (answer(451), None, None),
        (answer(429), None, "status 429"),
        (answer(301), None, "status 301"),
        (answer(500), None, "status 500"),
        (answer(503), None, "status 503"),
        (answer(999), None, "status 999"),
        (NoAnswer(why="DownloadTimeoutError"), None, "DownloadTimeoutError"),
        (NoAnswer(why="network.private"), None, "network.private"),
        (answer(body=b"something else"), None, None),
    ],
)
def test_only_what_is_said_to_be_missing_is_missing(
    given: Answer | NoAnswer, text: bytes | None, problem: str | None
) -> None:
    async def play() -> None:
        reading = await Host(given).readings().of(URL)
        assert (reading.text, reading.problem, reading.at) == (text, problem, START)

    run(play)


@pytest.mark.parametrize("given", [answer(404), answer(body=b"something else"), answer(500)])
def test_a_document_that_must_exist_is_a_problem_where_it_does_not(given: Answer) -> None:
    async def play() -> None:
        reading = await Host(given).readings(must_exist=True).of(URL)
        assert reading.problem is not None

    run(play)


@pytest.mark.parametrize(
    ("given", "counts_for"),
    [
        (answer(), timedelta(hours=24)),
        (answer(max_age=timedelta(days=365)), timedelta(hours=24)),
        (answer(max_age=timedelta(hours=2)), timedelta(hours=2)),
        (answer(max_age=timedelta()), timedelta(minutes=5)),
        (answer(404), timedelta(hours=24)),
        (answer(404, max_age=timedelta(hours=1)), timedelta(hours=1)),
        (answer(503, max_age=timedelta(hours=24)), timedelta(seconds=30)),
        (NoAnswer(why="refused"), timedelta(seconds=30)),
    ],
)
def test_an_answer_counts_so_long_and_no_longer(given: Answer | NoAnswer, counts_for: timedelta) -> None:
    async def play() -> None:
        host = Host(given)
        known = host.readings()
        await known.of(URL)
        host.now = START + counts_for - timedelta(seconds=1)
        await known.of(URL)
        assert len(host.asked) == 1
        host.now = START + counts_for
        await known.of(URL)
        assert len(host.asked) == 2

    run(play)


def test_what_cannot_be_read_is_tried_again_ever_later_up_to_an_hour_and_forgiven_once_it_can() -> None:
    async def play() -> None:
        host = Host(*[answer(503)] * 9, answer(max_age=timedelta(minutes=5)), answer(503))
        known = host.readings()
        waits = []
        for _ in range(11):
            await known.of(URL)
            asked, began = len(host.asked), host.now
            while len(host.asked) == asked:
                host.now += timedelta(seconds=30)
                await known.of(URL)
            waits.append((host.now - began) / timedelta(minutes=1))
        assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 5, 0.5]

    run(play)


def test_a_page_that_is_tried_again_finds_its_robots_txt_asked_for_again() -> None:
    assert timedelta(seconds=base.RETRY_DELAYS_S[0]) >= FIRST_WAIT


def test_however_many_wait_it_is_asked_for_once() -> None:
    async def play() -> None:
        host = Host(answer())
        known = host.readings()
        host.open.clear()
        waiting = [asyncio.ensure_future(known.of(URL)) for _ in range(20)]
        gone = asyncio.ensure_future(known.of(URL))
        await asyncio.sleep(0)
        gone.cancel()
        host.open.set()
        assert {each.text for each in await asyncio.gather(*waiting)} == {b"text"}
        assert host.asked == [URL]

    run(play)


def test_trouble_of_ours_reaches_all_who_wait_and_is_not_remembered() -> None:
    async def play() -> None:
        host = Host(answer())
        known = host.readings()

        async def fails(_: str) -> Answer | NoAnswer:
            raise LookupError

        known._get = fails
        results = await asyncio.gather(known.of(URL), known.of(URL), return_exceptions=True)
        assert [type(each) for each in results] == [LookupError, LookupError]
        known._get = host.get
        assert (await known.of(URL)).text == b"text"

    run(play)


def test_only_so_many_are_remembered_and_those_asked_for_last(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        monkeypatch.setattr(readings, "MOST_READINGS", 2)
        host = Host(answer())
        known = host.readings()
        for name in ("a", "b", "a", "c", "a", "b"):
            await known.of(name)
        assert host.asked == ["a", "b", "c", "b"]

    run(play)


def test_only_so_many_bytes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        monkeypatch.setattr(readings, "MOST_READ_BYTES", 10 * IN_MEMORY)
        host = Host(answer(body=b"123456"))
        known = host.readings()
        for name in ("a", "b", "b", "a"):
            await known.of(name)
        assert host.asked == ["a", "b", "a"]

    run(play)


def test_a_body_is_held_by_its_digest_and_only_what_counts_of_it() -> None:
    async def play() -> None:
        host = Host(answer(body=b"a" * (MOST_KEPT_BYTES + 1)))
        reading = await host.readings().of(URL)
        assert reading.document is not None
        [document] = host.documents.bodies([reading.document])
        assert (len(document.body), document.kind) == (MOST_KEPT_BYTES, "robots.txt")
        assert (await Host(answer(204, b"")).readings().of(URL)).document is None

    run(play)


def test_what_finds_no_room_was_not_asked_and_is_asked_again() -> None:
    async def play() -> None:
        host = Host(answer(body=b"1234"))
        host.documents = ConsentDocuments(most_bytes=3)
        known = host.readings()
        for _ in range(2):
            with pytest.raises(NoRoom):
                await known.of(URL)
        assert len(host.asked) == 2

    run(play)


def test_a_reading_whose_body_had_to_make_room_is_read_again() -> None:
    async def play() -> None:
        host = Host(answer(body=b"1234"), answer(body=b"5678"), answer(body=b"1234"))
        host.documents = ConsentDocuments(most_bytes=5)
        known = host.readings()
        seen: list[Reading[bytes]] = [await known.of(each) for each in ("a", "b", "a")]
        assert [each.text for each in seen] == [b"1234", b"5678", b"1234"]
        assert host.asked == ["a", "b", "a"]

    run(play)
