"""What docs/incidents.md lists is what there is."""

import re
from pathlib import Path

import pytest

from settings import base
from storage.incident_acts import Act, State
from tests.console.interface import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "incidents.md").read_text()
OURS = [path for path in COMMANDS if path.startswith("incidents ")]


@pytest.mark.parametrize("name", [*map(str, Act), *map(str, State)])
def test_every_act_and_every_state_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("path", OURS)
def test_every_command_is_named(path: str) -> None:
    assert path in PAGE


def test_no_command_or_flag_is_named_that_is_not_there() -> None:
    for line in re.findall(r"`(?:altsieve )?incidents ([^`]*)`", PAGE.replace("\n", " ")):
        verb, *words = line.split()
        assert f"incidents {verb}" in COMMANDS
        assert {each for each in words if each.startswith("--")} <= COMMANDS[f"incidents {verb}"]


@pytest.mark.parametrize("name", ["INCIDENT_DUE_DAYS", "INCIDENT_RETENTION_DAYS", "INCIDENT_HOST_LIMIT"])
def test_a_setting_has_the_default_that_is_named(name: str) -> None:
    assert f"`{name}` ({getattr(base, name)})" in PAGE
