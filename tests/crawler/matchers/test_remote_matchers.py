"""Every matcher answers something about every picture, and only its own clear words are more than a failure."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from crawler.matchers.breaker import FAILURES_IN_A_ROW
from crawler.matchers.matcher import NOTHING_KNOWN, Question, Said
from crawler.matchers.remote_matchers import Asked, RemoteMatchers
from filters.facts import RemoteAnswer, RemoteSays
from settings import base
from storage.errors import NotReady
from storage.services import ServiceTrouble
from tests.filters.subjects import PDQ, picture
from tests.replayed_service import Answer, replayed

KNOWN = Said(says=RemoteSays.MATCH, label="csam", distance_bits=3)


class Matching:
    """Say, or raise, what it is told to."""

    version = "7"

    def __init__(self, does: Said | Exception) -> None:
        self.does = does
        self.times = 0

    def ask(self, question: Question) -> Said:
        self.times += 1
        if isinstance(self.does, Exception):
            raise self.does
        return self.does


class Hanging:
    version = "1"

    def __init__(self) -> None:
        self.goes_on = Event()

    def ask(self, question: Question) -> Said:
        self.goes_on.wait(10)
        return NOTHING_KNOWN


def asked(name: str, matcher: Matching | Hanging) -> Asked:
    return Asked(name=name, matcher=matcher, threads=ThreadPoolExecutor(1))


def answers_of(*matchers: Asked, times: int = 1, timeout_s: float = 5.0) -> list[tuple[RemoteAnswer, ...]]:
    remote = RemoteMatchers(matchers, timeout_s=timeout_s, min_quality=50)

    async def ask() -> list[tuple[RemoteAnswer, ...]]:
        return [await remote.ask(b"bytes", picture()) for _ in range(times)]

    try:
        return asyncio.run(ask())
    finally:
        remote.close()


def test_each_answers_in_its_own_name() -> None:
    [answers] = answers_of(asked("a", Matching(NOTHING_KNOWN)), asked("b", Matching(KNOWN)))
    assert [(each.matcher, each.says, each.label, each.distance_bits, each.version) for each in answers] == [
        ("a", RemoteSays.NO_MATCH, None, None, "7"),
        ("b", RemoteSays.MATCH, "csam", 3, "7"),
    ]


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ServiceTrouble("status-500"), "status-500"),
        (ZeroDivisionError(PDQ), "crashed"),
        (RecursionError(), "crashed"),
        (KeyError(PDQ), "crashed"),
    ],
)
def test_whatever_goes_wrong_is_a_failure_that_tells_no_hash(
    error: Exception, failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        [[answer]] = answers_of(asked("a", Matching(error)))
    assert (answer.says, answer.failure) == (RemoteSays.FAILED, failure)
    assert PDQ not in caplog.text


def test_one_that_hangs_is_a_timeout_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.matchers.remote_matchers._GRACE_S", 0.01)
    hanging = Hanging()
    try:
        [answers] = answers_of(asked("a", hanging), asked("b", Matching(NOTHING_KNOWN)), timeout_s=0.2)
    finally:
        hanging.goes_on.set()
    assert [(each.says, each.failure) for each in answers] == [("failed", "timeout"), ("no-match", None)]


def test_one_that_fails_on_and_on_is_asked_no_more() -> None:
    failing = Matching(ServiceTrouble("status-500"))
    answers = answers_of(asked("a", failing), times=FAILURES_IN_A_ROW + 3)
    assert failing.times == FAILURES_IN_A_ROW
    assert [answer.failure for [answer] in answers][-3:] == ["circuit-open"] * 3
    assert {answer.says for [answer] in answers} == {RemoteSays.FAILED}


def test_pictures_that_cannot_be_asked_about_do_not_open_the_circuit() -> None:
    failing = Matching(ServiceTrouble("format"))
    answers_of(asked("a", failing), times=FAILURES_IN_A_ROW + 3)
    assert failing.times == FAILURES_IN_A_ROW + 3


def of_settings(*matchers: str) -> RemoteMatchers:
    return RemoteMatchers.from_settings({**vars(base), "REMOTE_MATCHERS": list(matchers)})


def test_none_is_configured_by_default() -> None:
    assert of_settings().names == ()


@pytest.mark.parametrize(
    ("address", "variable"),
    [("arachnid=https://shield.test", "MATCHER_ARACHNID_USER"), ("photodna=https://a.test/Match", "PHOTODNA_TOKEN")],
)
def test_one_without_its_credentials_is_not_ready(address: str, variable: str) -> None:
    with pytest.raises(NotReady, match=variable):
        of_settings(address)


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSIEVE_MATCHER_ARACHNID_USER", "somebody")
    monkeypatch.setenv("ALTSIEVE_MATCHER_ARACHNID_PASSWORD", "word")
    monkeypatch.setenv("ALTSIEVE_MATCHER_PHOTODNA_TOKEN", "key")
    remote = of_settings("arachnid=https://shield.test", "photodna=https://a.test/Match", "hma=http://hma:5000")
    assert remote.names == ("arachnid@shield.test", "hma@hma:5000", "photodna@a.test")


def test_a_service_is_asked_over_http() -> None:
    with replayed(lambda _: Answer(status=503)) as there:
        remote = of_settings(f"hma={there.url}")
        [answer] = asyncio.run(remote.ask(b"bytes", picture()))
        remote.close()
    assert (answer.matcher, answer.failure) == (f"hma@{there.url.removeprefix('http://')}", "status-503")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REMOTE_MATCHER_TIMEOUT_S", "0"),
        ("REMOTE_MATCHER_TIMEOUT_S", "nan"),
        ("REMOTE_MATCHERS_AT_ONCE", "many"),
        ("REMOTE_MATCHERS", "hma=http://elsewhere.test"),
    ],
)
def test_a_setting_that_makes_no_sense_is_not_ready(name: str, value: str) -> None:
    with pytest.raises(NotReady, match=name):
        RemoteMatchers.from_settings({**vars(base), name: value})
