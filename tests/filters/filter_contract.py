"""Test what every filter promises; a filter's test inherits it and gives one filter and four subjects."""

import importlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import rfc8785

from filters.decision import Filter, Lineup, Needs, Subject, decide
from filters.reason import Reason
from filters.verdict import Outcome, Verdict
from tests.filters.subjects import CAPTION, IMAGE_URL, MD5, PAGE_URL, PDQ, SHA1, SHA256

CASES = Path(__file__).parent.parent / "cases"


def golden_cases(name: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the version that the golden cases of a filter were written for, and the cases."""
    held = json.loads((CASES / f"{name}.json").read_text())
    return held["version"], held["cases"]


def told(verdict: Verdict) -> dict[str, Any]:
    """Return what a golden case holds of a verdict."""
    return {"outcome": verdict.outcome.value, "reason": verdict.reason, "evidence": dict(verdict.evidence)}


class FilterContract:
    """Inherit as `class TestAltText(FilterContract)`; each filter owes a clean, refused, near-miss and unsure case."""

    filter: ClassVar[Filter]
    clean: ClassVar[Subject]
    refused: ClassVar[Subject]
    near_miss: ClassVar[Subject]
    unsure: ClassVar[Subject | None]
    """None for a filter that always can tell."""

    def test_clean_subject_is_clean(self) -> None:
        assert self.filter.judge(self.clean).outcome is Outcome.CLEAN

    def test_refused_subject_is_refused(self) -> None:
        assert self.filter.judge(self.refused).outcome is Outcome.REFUSED

    def test_near_miss_is_clean(self) -> None:
        assert self.filter.judge(self.near_miss).outcome is Outcome.CLEAN

    def test_unsure_subject_is_unsure(self) -> None:
        if self.unsure is not None:
            assert self.filter.judge(self.unsure).outcome is Outcome.UNSURE

    def test_what_was_not_measured_is_not_clean(self) -> None:
        if self.filter.needs > Needs.ADDRESS:
            for facts_missing in (replace(self.clean, facts=None), replace(self.clean, facts=None, fetched=None)):
                assert self.filter.judge(facts_missing).outcome is Outcome.UNSURE

    def test_every_verdict_names_filter_version_and_revision(self) -> None:
        for verdict in self.verdicts():
            assert (verdict.filter, verdict.filter_version) == (self.filter.name, self.filter.version)
            assert verdict.revision == self.filter.revision
            assert 16 <= len(verdict.revision) <= 64

    def test_each_reason_has_its_one_outcome(self) -> None:
        reasons = self.reasons()
        for verdict in self.verdicts():
            if verdict.reason is not None:
                assert reasons[verdict.reason].outcome is verdict.outcome

    def test_same_subject_gets_same_verdict(self) -> None:
        assert self.verdicts() == self.verdicts()

    def test_evidence_is_json_and_tells_no_secret(self) -> None:
        for verdict in self.verdicts():
            told = rfc8785.dumps(dict(verdict.evidence)).decode()
            assert not [each for each in (CAPTION, IMAGE_URL, PAGE_URL, MD5, SHA1, SHA256, PDQ) if each in told]

    def test_crash_becomes_unsure(self) -> None:
        class Crashing(type(self.filter)):  # type: ignore[misc]  # a class made from the filter under test
            def judge(self, subject: Subject) -> Verdict:
                raise ZeroDivisionError(subject.candidate.image_url)

        crashing = object.__new__(Crashing)
        crashing.__dict__.update(self.filter.__dict__)
        decision = decide(Lineup(filters=(crashing,), epoch=1), self.clean)
        [verdict] = decision.verdicts
        assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "filter.crashed")
        assert dict(verdict.evidence) == {"error": "ZeroDivisionError"}
        assert not decision.accepting

    def test_one_name_in_every_place(self) -> None:
        module = type(self.filter).__module__
        assert module == f"filters.{self.filter.name.replace('-', '_')}"
        assert type(self).__module__ == f"tests.filters.test_{self.filter.name.replace('-', '_')}"

    def test_docstring_says_what_is_refused_with_example_near_miss_and_evidence(self) -> None:
        words = type(self.filter).__doc__ or ""
        assert words.startswith("Refuse ")
        assert [each for each in ("Example: ", "Near miss: ", "Evidence: ") if each not in words] == []

    def test_golden_cases_are_of_this_version(self) -> None:
        version, cases = golden_cases(self.filter.name)
        assert version == self.filter.version, "behaviour changed: bump `version`, then write its golden cases"
        assert {each["expected"]["reason"] for each in cases} == {None, *self.reasons()}

    def test_golden_cases_are_judged_as_ever(self) -> None:
        _, cases = golden_cases(self.filter.name)
        judged = {each["case"]: told(self.judge_golden(**each["given"])) for each in cases}
        assert judged == {each["case"]: each["expected"] for each in cases}

    def judge_golden(self, *_: Any, **given: Any) -> Verdict:
        """Judge what stands under `given` in a golden case."""
        raise NotImplementedError

    def verdicts(self) -> list[Verdict]:
        subjects = (self.clean, self.refused, self.near_miss, self.unsure)
        return [self.filter.judge(each) for each in subjects if each is not None]

    def reasons(self) -> dict[str, Reason]:
        named = vars(importlib.import_module(type(self.filter).__module__)).values()
        enums = [each for each in named if isinstance(each, type) and issubclass(each, Reason) and each is not Reason]
        return {reason.value: reason for enum in enums for reason in enum}
