from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from storage.errors import NotAllowed
from storage.incident_acts import Act, Recorded, Standing, State

DAY = date(2026, 11, 1)
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def after(*acts: Act, at: datetime = NOON, details: Mapping[str, object] | None = None) -> Standing:
    return Standing().after(Recorded(act=each, by="ada", why="test", details=details or {}, at=at) for each in acts)


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([], State.OPEN),
        ([Act.READ], State.OPEN),
        ([Act.EXPORTED], State.EXPORTED),
        ([Act.EXPORTED, Act.SUBMITTED], State.SUBMITTED),
        ([Act.SUBMITTED, Act.EXPORTED, Act.READ], State.SUBMITTED),
        ([Act.CLOSED, Act.READ], State.CLOSED),
        ([Act.HELD, Act.PURGED], State.OPEN),
    ],
)
def test_the_state_is_the_furthest_that_an_act_reached(acts: list[Act], state: State) -> None:
    assert after(*acts).state is state


def test_a_legal_hold_ends_when_it_is_lifted() -> None:
    assert after(Act.HELD).held
    assert not after(Act.HELD, Act.RELEASED).held
    assert after(Act.HELD, Act.RELEASED, Act.HELD, Act.READ).held


def test_the_numbers_of_reports_are_kept_in_order() -> None:
    first = after(Act.SUBMITTED, details={"report_id": "1"})
    again = Recorded(act=Act.SUBMITTED, by="ada", why="test", details={"report_id": 2}, at=NOON)
    assert first.after([again]).report_ids == ["1", "2"]


@pytest.mark.parametrize(
    ("acts", "act"),
    [
        ([Act.PURGED], Act.READ),
        ([Act.PURGED], Act.EXPORTED),
        ([Act.PURGED], Act.PURGED),
        ([Act.PURGED], Act.HELD),
        ([Act.HELD], Act.PURGED),
        ([Act.HELD], Act.HELD),
        ([], Act.RELEASED),
        ([Act.CLOSED], Act.CLOSED),
        ([Act.CLOSED], Act.SUBMITTED),
    ],
)
def test_what_cannot_be_done_is_refused(acts: list[Act], act: Act) -> None:
    with pytest.raises(NotAllowed):
        after(*acts).require(act)


@pytest.mark.parametrize(
    ("acts", "due", "overdue"),
    [
        ([], date(2026, 11, 9), True),
        ([Act.READ], date(2026, 11, 9), True),
        ([], date(2026, 11, 10), False),
        ([], None, False),
        ([Act.EXPORTED], date(2026, 11, 9), False),
        ([Act.CLOSED], date(2026, 11, 9), False),
        ([Act.PURGED], date(2026, 11, 9), False),
    ],
)
def test_overdue_is_what_was_not_exported_by_its_day(acts: list[Act], due: date | None, *, overdue: bool) -> None:
    assert after(*acts).is_overdue(due, date(2026, 11, 10)) is overdue


@pytest.mark.parametrize(
    ("acts", "due", "today", "expired"),
    [
        ([Act.CLOSED], DAY, date(2026, 11, 12), True),
        ([Act.CLOSED], DAY, date(2026, 11, 11), False),
        ([Act.SUBMITTED], DAY, date(2026, 11, 13), False),
        ([Act.SUBMITTED], DAY, date(2026, 11, 14), True),
        ([Act.CLOSED, Act.HELD], DAY, date(2027, 11, 12), False),
        ([Act.CLOSED, Act.PURGED], DAY, date(2027, 11, 12), False),
        ([], DAY, date(2027, 11, 12), False),
        ([], None, date(2026, 11, 12), True),
    ],
    ids=["kept long enough", "a day short", "submitted later", "and long ago", "held", "gone", "unreported", "suspect"],
)
def test_what_was_kept_long_enough_may_be_purged(
    acts: list[Act], due: date | None, today: date, *, expired: bool
) -> None:
    assert after(*acts).is_expired(DAY, due, today, retention_days=10) is expired
