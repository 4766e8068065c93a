"""Nothing that a service does, or fails to do, becomes an answer; and nobody is told what it was asked."""

import logging
import traceback

import pytest

from storage.services import Credentials, Service, ServiceTrouble, read_json
from tests.replayed_service import Answer, Answers, replayed

ANYONE = Credentials()
LISTED = "f8f8f0cee0f4a84f"


def trouble_with(answer: Answers, *, timeout_s: float = 5.0, most_bytes: int = 1_000) -> ServiceTrouble:
    with replayed(answer) as there, pytest.raises(ServiceTrouble) as trouble:
        Service(there.url, ANYONE, most_bytes=most_bytes).get("/a", params={"signal": LISTED}, timeout_s=timeout_s)
    return trouble.value


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(status=500), "status-500"),
        (Answer(status=204), "status-204"),
        (Answer(status=400), "status-400"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}), "status-302"),
        (Answer(body=b"x" * 1_001), "too-large"),
        (Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}), "unreachable"),
        (Answer(body=b"cut off", cut=True), "unreachable"),
    ],
)
def test_all_but_a_whole_answer_is_trouble(answer: Answer, code: str) -> None:
    assert trouble_with(lambda _: answer).code == code


def test_a_service_that_drips_is_too_slow() -> None:
    dripping = Answer(body=b"x" * 500, drip_s=0.01)
    assert trouble_with(lambda _: dripping, timeout_s=0.05).code == "timeout"


def test_nobody_there_is_trouble() -> None:
    with pytest.raises(ServiceTrouble, match="unreachable"):
        Service("http://127.0.0.1:9", ANYONE).get("/", timeout_s=1)
    with pytest.raises(ServiceTrouble, match="timeout"):
        Service("http://127.0.0.1:9", ANYONE).get("/", timeout_s=0)


def test_neither_the_trouble_nor_a_log_holds_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        trouble = trouble_with(lambda _: Answer(status=500))
        with pytest.raises(ServiceTrouble) as refused:
            Service("http://127.0.0.1:9", ANYONE).get("/a", params={"signal": LISTED}, timeout_s=1)
    told = "".join([*traceback.format_exception(trouble), *traceback.format_exception(refused.value), caplog.text])
    assert LISTED not in told
    assert refused.value.__context__ is None


def test_credentials_go_along_and_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"A_USER": "somebody", "A_PASSWORD": "word", "A_TOKEN": "", "B_TOKEN": "other"}
    credentials = Credentials.of("A", there)
    assert (credentials.token, Credentials.of("B", there).token, Credentials.of("B", there).basic) == (
        None,
        "other",
        None,
    )
    assert "somebody" not in repr(credentials)
    assert "word" not in repr(credentials)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with replayed(lambda _: Answer(body=b"[1]")) as service:
        assert read_json(Service(service.url, credentials).post("/a", json={"b": 1}, timeout_s=5)) == [1]
    [asked] = service.asked
    assert asked.headers["authorization"].startswith("Basic ")
    assert (asked.method, asked.path, asked.body) == ("POST", "/a", b'{"b": 1}')


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b"\xff", b"NaN"])
def test_what_is_no_json_is_trouble(body: bytes) -> None:
    with pytest.raises(ServiceTrouble, match="not-understood"):
        read_json(body)
