"""Lists are fetched with a command that a scheduler runs; what fails is said, and changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from storage.exchanges import exchange
from tests.console.conftest import Altsieve, Answer
from tests.replayed_service import Answer as Said
from tests.replayed_service import Asked, Replayed, replayed
from tests.storage.exchanges.recorded import Ncmec, StopNcii, deleted, listed, md5, pdq, record

WHY = ("--why", "agreement of 2026")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replayed]:
    monkeypatch.setattr(exchange, "PAUSES_S", ())
    for name in ("USER", "PASSWORD"):
        monkeypatch.setenv(f"ALTSIEVE_EXCHANGE_SHARED_{name}", "word")
    monkeypatch.setenv("ALTSIEVE_EXCHANGE_NCII_TOKEN", "subscription")
    monkeypatch.setenv("ALTSIEVE_EXCHANGE_NCII_PASSWORD", "function")
    ncmec, stopncii = Ncmec([listed(each) for each in "abc"]), StopNcii([record(each) for each in "xyz"])

    def answer(asked: Asked) -> Said:
        return stopncii(asked) if asked.path.startswith("/v1/") else ncmec(asked)

    with replayed(answer) as service:
        yield service


def connect(altsieve: Altsieve, there: Replayed, name: str = "shared", *more: str) -> Answer:
    kind, path = ("stopncii", "/v1") if name == "ncii" else ("ncmec", "/hashsharing")
    return altsieve("hashlist", "connect", name, "--exchange", kind, "--url", there.url + path, *WHY, *more)


def test_a_list_is_connected_and_fetched(altsieve: Altsieve, there: Replayed) -> None:
    connected = connect(altsieve, there)
    assert connected.code == 0
    assert "ALTSIEVE_EXCHANGE_SHARED_" in connected.out
    fetched = altsieve("hashlist", "fetch")
    assert fetched.code == 0
    assert fetched.out.splitlines() == [
        "list shared@2 holds 9 entries (9 added, 0 removed)",
        "  3 not taken: unsupported-type",
    ]
    there.answer = Ncmec([deleted("a")])
    assert altsieve("hashlist", "fetch", "shared", "--force").out.startswith("list shared@3 holds 6 entries")


def test_a_program_reads_a_line_for_each_list(altsieve: Altsieve, there: Replayed) -> None:
    for name in ("shared", "ncii"):
        assert connect(altsieve, there, name, "--json").json["list"] == name
    answers: list[dict[str, Any]] = altsieve("hashlist", "fetch", "--json").json_lines
    assert [(each["list"], each["revision"]["entries"], each["trouble"]) for each in answers] == [
        ("ncii", 3, None),
        ("shared", 9, None),
    ]


def test_what_breaks_off_is_said_and_the_others_are_fetched(altsieve: Altsieve, there: Replayed) -> None:
    for name in ("shared", "ncii"):
        connect(altsieve, there, name)
    assert altsieve("hashlist", "fetch").code == 0
    good = there.answer
    there.answer = lambda asked: Said(status=500) if asked.path.startswith("/v1/") else good(asked)
    fetched = altsieve("hashlist", "fetch")
    assert fetched.code == 1
    broken, whole = fetched.out.splitlines()[:2]
    assert broken.startswith("list ncii stays as it was: the exchange could not be read to its end")
    assert whole.startswith("list shared@3 holds 9 entries")
    [ncii, _] = altsieve("hashlist", "list", "--json").json_lines
    assert (ncii["number"], ncii["entries"]) == (2, 3)


def test_missing_credentials_are_not_ready_and_never_shown(
    altsieve: Altsieve, there: Replayed, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(altsieve, there)
    monkeypatch.delenv("ALTSIEVE_EXCHANGE_SHARED_USER")
    fetched = altsieve("hashlist", "fetch", "shared")
    assert fetched.code == 3
    assert "set ALTSIEVE_EXCHANGE_SHARED_USER" in fetched.out
    assert "word" not in fetched.out + fetched.err


@pytest.mark.parametrize("names", [(), ("nobody",)])
def test_a_list_that_is_not_connected_is_found_wrong(altsieve: Altsieve, names: tuple[str, ...]) -> None:
    fetched = altsieve("hashlist", "fetch", *names)
    assert fetched.code == 1
    assert "altsieve hashlist connect" in fetched.err


@pytest.mark.parametrize("url", ["http://elsewhere.test", "https://me:word@lists.test", "lists"])
def test_an_address_that_would_tell_secrets_is_refused(altsieve: Altsieve, url: str) -> None:
    refused = altsieve("hashlist", "connect", "shared", "--exchange", "ncmec", "--url", url, *WHY)
    assert refused.code == 2
    assert "word" not in refused.err


def test_no_hash_is_written_anywhere(altsieve: Altsieve, there: Replayed) -> None:
    connect(altsieve, there)
    fetched = altsieve("hashlist", "fetch", "--json")
    told = fetched.out + fetched.err
    assert [each for each in (md5("a"), pdq("a")) if each in told] == []
