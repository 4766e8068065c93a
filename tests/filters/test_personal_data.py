import pytest

from filters.personal_data import PersonalData
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import CAPTION, candidate, subject


class TestPersonalData(FilterContract):
    filter = PersonalData()
    clean = subject()
    refused = subject(candidate(text="Jane Doe (jane@example.org) beside a pond"))
    near_miss = subject(candidate(text="Two icons, icon.png and icon@2x.png"))
    unsure = None

    def judge_golden(self, *, text: str = CAPTION, policy: str = "refuse") -> Verdict:
        return PersonalData(policy=policy).judge(subject(candidate(text=text)))


def test_evidence_counts_and_names_kinds_but_never_the_text() -> None:
    verdict = PersonalData().judge(subject(candidate(text="jane@example.org, joe@example.org, Tel. 030 901820")))
    assert dict(verdict.evidence) == {"kinds": "e-mail, phone", "found": 3}


@pytest.mark.parametrize(
    ("policy", "outcome"), [("refuse", Outcome.REFUSED), ("mask", Outcome.REFUSED), ("keep", Outcome.CLEAN)]
)
def test_only_the_policy_to_keep_lets_an_address_pass(policy: str, outcome: Outcome) -> None:
    assert PersonalData(policy=policy).judge(subject(candidate(text="jane@example.org"))).outcome is outcome


def test_what_was_masked_is_clean() -> None:
    text = "Jane Doe ([e-mail]) beside a pond"
    assert PersonalData(policy="mask").judge(subject(candidate(text=text))).outcome is Outcome.CLEAN


def test_revision_changes_only_with_what_is_judged() -> None:
    refuse, masked, keep = (PersonalData(policy=each).revision for each in ("refuse", "mask", "keep"))
    assert refuse == masked != keep
