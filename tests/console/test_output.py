import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from console.output import Output, cell, table


@dataclass(frozen=True)
class Sheep:
    name: str
    legs: int | None


COLUMNS: Mapping[str, Callable[[Sheep], object]] = {"name": lambda s: s.name, "legs": lambda s: s.legs}


def test_a_list_for_programs_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).rows([Sheep("Dolly", 4), Sheep("Shaun", None)], COLUMNS, empty="none")
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"name": "Dolly", "legs": 4},
        {"name": "Shaun", "legs": None},
    ]


def test_an_empty_list_for_programs_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert Output(as_json=True).rows([], COLUMNS, empty="none") == 0
    assert capsys.readouterr().out == ""


def test_a_list_for_people_has_titles_and_aligned_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert Output(as_json=False).rows([Sheep("Dolly", 4), Sheep("Al", None)], COLUMNS, empty="none") == 2
    assert capsys.readouterr().out == "name   legs\nDolly  4\nAl     -\n"


def test_an_empty_list_for_people_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert Output(as_json=False).rows([], COLUMNS, empty="no sheep yet") == 0
    assert capsys.readouterr().out == "no sheep yet\n"


def test_json_is_ascii_whatever_the_web_said(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).record({"text": "東京\x9b2J"}, [])
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"text": "東京\x9b2J"}


def test_text_for_people_is_silent_when_a_program_reads(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).text("hello")
    Output(as_json=False).text("hello")
    assert capsys.readouterr().out == "hello\n"


def test_a_long_value_is_never_cut() -> None:
    address = "https://example.org/" + "a" * 500
    assert address in list(table([Sheep(address, 4)], COLUMNS))[1]


def test_a_list_is_written_while_it_is_read() -> None:
    taken = 0

    def flock() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield Sheep("Dolly", 4)

    lines = iter(table(flock(), COLUMNS))  # type: ignore[arg-type]  # a generator without an end
    next(lines)
    assert taken <= 200


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        ("", "-"),
        (0, "0"),
        (False, "False"),
        (datetime(2026, 11, 23, 2, 6, 0, 123456, tzinfo=UTC), "2026-11-23 02:06:00Z"),
        (date(2026, 11, 23), "2026-11-23"),
        ({"width_px": 50, "needed": 200}, "width_px=50 needed=200"),
        ("\x1b[2J", "\\x1b[2J"),
        ({"text": "\x1b[2J"}, "text=\\x1b[2J"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, shown: str) -> None:
    assert cell(value) == shown
