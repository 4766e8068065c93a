"""An exchange is read to its end or not at all: every page, in one range, in UTC, and as many as were announced."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from storage.errors import NotReady
from storage.exchanges import Batch, Exchange, ExchangeKind, ExchangeTrouble, environment_prefix, open_exchange
from storage.exchanges.ncmec import NcmecExchange
from storage.exchanges.stopncii import StopNciiExchange
from storage.services import Credentials, Service
from tests.replayed_service import Answer, Answers, Asked, replayed
from tests.storage.exchanges.recorded import Ncmec, StopNcii, deleted, listed, md5, pdq, record, sha1

WHO = Credentials.of("A", {"A_USER": "somebody", "A_PASSWORD": "function", "A_TOKEN": "subscription"})
NOW = datetime(2026, 11, 22, 22, 13, 20, tzinfo=UTC)
ENTRIES = [listed(f"entry {number}") for number in range(5)]
RECORDS = [record(f"record {number}") for number in range(5)]


def ncmec(url: str, rest: Callable[[float], None] = lambda _: None, now: datetime = NOW) -> Exchange:
    return NcmecExchange(Service(f"{url}/hashsharing", WHO), now=lambda: now, rest=rest)


def stopncii(url: str, rest: Callable[[float], None] = lambda _: None) -> Exchange:
    return StopNciiExchange(Service(f"{url}/v1", WHO), WHO, now=NOW.timestamp, rest=rest)


def batches(
    make: Callable[..., Exchange], answer: Answers, checkpoint: dict[str, Any] | None = None, **given: Any
) -> list[Batch]:
    with replayed(answer) as there:
        return list(make(there.url, **given).fetch(checkpoint))


def keys(found: list[Batch]) -> list[str]:
    return [update.key for batch in found for update in batch.updates]


def test_ncmec_hands_out_every_fingerprint_of_a_picture_and_every_deletion() -> None:
    [batch] = batches(ncmec, Ncmec([listed("a"), deleted("b", member=43)]))
    one, gone = batch.updates
    assert one.key == "42/a"
    assert [(each.type, each.value) for each in one.hashes or ()] == [
        ("md5", md5("a")),
        ("sha1", sha1("a")),
        ("pdq", pdq("a")),
    ]
    assert (gone.key, gone.hashes) == ("43/b", None)
    assert batch.checkpoint == {"to": "2026-10-25T15:00:00Z"}


@pytest.mark.parametrize(("make", "there"), [(ncmec, Ncmec(ENTRIES)), (stopncii, StopNcii(RECORDS))])
def test_only_the_last_of_all_pages_has_a_checkpoint(make: Callable[..., Exchange], there: Answers) -> None:
    found = batches(make, there)
    assert len(keys(found)) == len(set(keys(found))) == 5
    assert [each.checkpoint is not None for each in found] == [False, False, True]


def test_every_page_of_ncmec_is_asked_for_in_the_same_range() -> None:
    there = Ncmec(ENTRIES)
    batches(ncmec, there, {"to": "2026-11-20T06:00:00Z"})
    assert set(there.windows) == {("2026-11-20T05:00:00Z", "2026-11-22T22:13:20Z")}
    assert len(there.windows) == 3


def test_a_next_page_in_another_range_is_asked_for_in_ours_and_at_our_address() -> None:
    class Wandering(Ncmec):
        def rest(self, start: int, begin: str, end: str) -> str:
            return super().rest(start, "2001-01-01T00:00:00Z", end).replace("/v2", "http://127.0.0.1:9/elsewhere/v2")

    there = Wandering(ENTRIES)
    assert len(keys(batches(ncmec, there))) == 5
    assert len(set(there.windows)) == 1


@pytest.mark.parametrize(
    ("newest", "ended"),
    [
        ("2026-11-22T21:00:00Z", "2026-11-22T21:00:00Z"),
        ("2026-11-21T21:00:00Z", "2026-11-22T06:00:00Z"),
        ("2030-01-01T00:00:00Z", "2026-11-22T22:13:20Z"),
        ("2026-11-22T21:00:00+09:00", "2026-11-22T12:00:00Z"),
    ],
)
def test_the_checkpoint_is_the_time_of_the_newest_entry_so_that_a_fast_clock_leaves_none_out(
    newest: str, ended: str
) -> None:
    found = batches(ncmec, Ncmec([listed("a", at=newest), listed("b")]), {"to": "2026-11-22T06:00:00Z"})
    assert found[-1].checkpoint == {"to": ended}


@pytest.fixture(params=["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_times_are_utc_whatever_the_zone_of_the_machine() -> None:
    there = Ncmec()
    in_tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    [batch] = batches(ncmec, there, {"to": "2026-11-22T21:13:20Z"}, now=in_tokyo)
    assert there.windows == [("2026-11-22T20:13:20Z", "2026-11-22T22:13:20Z")]
    assert batch.checkpoint == {"to": "2026-11-22T21:13:20Z"}
    [batch] = batches(stopncii, StopNcii())
    assert batch.checkpoint == {"start": 1_700_000_500}


def test_stopncii_begins_where_it_said_and_never_in_the_future() -> None:
    there = StopNcii(RECORDS, next_set=9_999_999_999)
    found = batches(stopncii, there, {"start": 1_700_000_500})
    assert set(there.starts) == {str(1_700_000_500 - 3_600)}
    assert found[-1].checkpoint == {"start": int(NOW.timestamp())}


@pytest.mark.parametrize("status", ["Withdrawn", "Deleted"])
def test_what_stopncii_withdraws_is_a_deletion_of_what_it_listed(status: str) -> None:
    [batch] = batches(stopncii, StopNcii([record("a"), record("a", status=status)]))
    assert [each.hashes is None for each in batch.updates] == [False, True]
    assert len({each.key for each in batch.updates}) == 1


LOST: list[tuple[str, Callable[..., Exchange], Answers]] = [
    ("announced 6", ncmec, Ncmec(ENTRIES, says_max=6)),
    ("announced 9", stopncii, StopNcii(RECORDS, count=9)),
    ("in a circle", ncmec, lambda _: Answer(body=Ncmec().page([], Ncmec(ENTRIES).rest(3, "a", "b")))),
    ("in a circle", stopncii, lambda _: StopNcii(RECORDS)(_first_page())),
    ("cannot be read", ncmec, lambda _: Answer(body=Ncmec().page(ENTRIES, "")[:-40])),
    ("cannot be read", ncmec, lambda _: Answer(body=b"<html/>")),
    ("cannot be read", ncmec, Ncmec(["<image><id>nobody's</id></image>"])),
    ("cannot be read", stopncii, lambda _: Answer(body=b'{"hashRecords": [')),
    ("cannot be read", stopncii, StopNcii([{"signalType": "ImagePDQ"}])),
    ("status-500", ncmec, lambda _: Answer(status=500)),
    ("status-404", stopncii, lambda _: Answer(status=404)),
    ("credentials", ncmec, lambda _: Answer(status=401)),
]


def _first_page() -> Asked:
    headers = {"ocp-apim-subscription-key": "subscription", "x-functions-key": "function"}
    return Asked(method="GET", path="/v1/FetchHashes", query={"startTimestamp": "10"}, headers=headers, body=b"")


@pytest.mark.parametrize(("words", "make", "there"), LOST)
def test_what_is_not_whole_never_comes_to_a_checkpoint(
    words: str, make: Callable[..., Exchange], there: Answers
) -> None:
    seen: list[Batch] = []
    with replayed(there) as service, pytest.raises(ExchangeTrouble, match=words):
        seen.extend(make(service.url).fetch(None))
    assert [each for each in seen if each.checkpoint is not None] == []


@pytest.mark.parametrize(("make", "there"), [(ncmec, Ncmec(ENTRIES)), (stopncii, StopNcii(RECORDS))])
def test_a_page_that_breaks_off_once_is_asked_for_again(make: Callable[..., Exchange], there: Answers) -> None:
    broken = [Answer(status=503), Answer(body=b"{"), Answer(body=b"<queryResult", cut=True)]
    pauses: list[float] = []

    def answer(asked: Asked) -> Answer:
        return broken.pop() if broken else there(asked)

    assert len(keys(batches(make, answer, rest=pauses.append))) == 5
    assert pauses == [1.0, 5.0, 20.0]


@pytest.mark.parametrize(("make", "checkpoint"), [(ncmec, {"to": "soon"}), (ncmec, {}), (stopncii, {"start": "10"})])
def test_a_checkpoint_that_cannot_be_read_is_not_taken_for_none(
    make: Callable[..., Exchange], checkpoint: dict[str, Any]
) -> None:
    with pytest.raises(ExchangeTrouble, match="--all"):
        batches(make, Ncmec(), checkpoint)


def test_credentials_are_the_environments() -> None:
    assert environment_prefix("ncmec-npo.2") == "ALTSIEVE_EXCHANGE_NCMEC_NPO_2"
    with pytest.raises(NotReady, match="ALTSIEVE_EXCHANGE_A_USER and ALTSIEVE_EXCHANGE_A_PASSWORD"):
        open_exchange("a", ExchangeKind.NCMEC, "https://lists.test", {})
    with pytest.raises(NotReady, match=r"ALTSIEVE_EXCHANGE_A_TOKEN$"):
        open_exchange("a", ExchangeKind.STOPNCII, "https://lists.test", {"ALTSIEVE_EXCHANGE_A_PASSWORD": "x"})
    there = {"ALTSIEVE_EXCHANGE_A_USER": "x", "ALTSIEVE_EXCHANGE_A_PASSWORD": "x", **os.environ}
    assert open_exchange("a", ExchangeKind.NCMEC, "https://lists.test", there).kind is ExchangeKind.NCMEC
