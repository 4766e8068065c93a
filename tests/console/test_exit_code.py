import click
import pytest

from console.exit_code import ExitCode, stop
from tests.console.interface import EXIT_CODES


def test_the_codes_are_those_of_the_interface() -> None:
    assert {each.name: each.value for each in ExitCode} == EXIT_CODES


@pytest.mark.parametrize(("code", "left_with"), [(1, 1), (2, 2), (3, 3), (4, 4), (7, 4), (-9, 4)])
def test_a_code_that_is_none_of_ours_is_a_run_that_broke_off(code: int, left_with: int) -> None:
    ending = stop("why", code)
    assert isinstance(ending, click.ClickException)
    assert (ending.exit_code, ending.message) == (left_with, "why")
