import importlib
from collections import Counter
from pathlib import Path

import pytest

import filters
from filters.facts import Flaw
from filters.lineup import MATCH_REASONS
from filters.reason import ListReason, Reason
from filters.verdict import Outcome

for file in Path(filters.__path__[0]).glob("*.py"):
    importlib.import_module(f"filters.{file.stem}")

REASONS = [reason for enum in Reason.__subclasses__() if enum.__module__.startswith("filters.") for reason in enum]


@pytest.mark.parametrize("reason", REASONS, ids=str)
def test_reason_is_subject_and_finding_and_never_clean(reason: Reason) -> None:
    subject, _, finding = reason.value.partition(".")
    assert subject.replace("-", "").isalpha()
    assert finding.replace("-", "").isalpha()
    assert reason.outcome in (Outcome.REFUSED, Outcome.UNSURE)
    assert reason.meaning


def test_code_is_never_used_twice() -> None:
    assert [code for code, times in Counter(each.value for each in REASONS).items() if times > 1] == []


def test_codes_that_other_programs_rely_on_are_there() -> None:
    promised = """domain.blocked alt.missing alt.too-short alt.boilerplate alt.file-name language.not-wanted
        image.too-small image.too-large image.aspect image.format image.undecodable image.truncated image.bomb
        image.trailing-data hash.on-list hash.near-list page.incident duplicate.pair duplicate.image-caption-flood
        filter.crashed list.not-ready"""
    assert {*promised.split()} - {each.value for each in REASONS} == set()


def test_every_flaw_of_a_file_is_a_reason() -> None:
    assert {each.value for each in Flaw} - {each.value for each in REASONS} == set()


def test_matches_with_known_material_are_named() -> None:
    assert {"hash.on-list", "hash.near-list", "hash.suspect", "hash.remote-match"} <= MATCH_REASONS


def test_reason_is_its_code() -> None:
    assert str(ListReason.NOT_READY) == ListReason.NOT_READY.value == "list.not-ready"
    assert f"{ListReason.NOT_READY}" == "list.not-ready"
