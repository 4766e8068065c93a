from dataclasses import replace
from typing import Any

import pytest

from filters.decision import Subject
from filters.exact_hash import ExactHash
from filters.indexes.known_material import ListState
from filters.indexes.list_policy import ListPolicy
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.known_lists import INSIDE, known, known_hash
from tests.filters.subjects import MD5, SHA1, SHA256, digests, facts, fetched, subject, unmeasured

UNLISTED = "00" * 31 + "01"


def with_sha256(sha256: str, *, address: str | None = "203.0.113.7") -> Subject:
    measured = replace(facts(), digests=digests(sha256=sha256))
    return subject(measured=measured, reached=fetched(address=address))


class TestExactHash(FilterContract):
    filter = ExactHash(known(known_hash()))
    clean = with_sha256(UNLISTED)
    refused = subject()
    near_miss = with_sha256(SHA256[:-1] + "a")
    unsure = unmeasured(subject())

    def judge_golden(
        self,
        *,
        listed: bool,
        synthetic: bool = False,
        address: str = "203.0.113.7",
        digested: bool = True,
        category: str = "NEGATIVE_CLASS",
        **lists: Any,
    ) -> Verdict:
        entry = known_hash(synthetic=synthetic, category=category)
        material = None if lists.pop("missing", False) else known(entry, **lists)
        seen = with_sha256(SHA256 if listed else UNLISTED, address=address)
        return ExactHash(material).judge(seen if digested else unmeasured(seen))


@pytest.mark.parametrize(("type_", "value"), [("md5", MD5), ("sha1", SHA1), ("sha256", SHA256)])
def test_any_listed_digest_is_a_match_and_names_its_entry(type_: str, value: str) -> None:
    verdict = ExactHash(known(known_hash(value, type=type_))).judge(subject())
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "hash.on-list")
    assert dict(verdict.evidence) == {
        "list": "agency@2",
        "entry": 17,
        "type": type_,
        "category": "NEGATIVE_CLASS",
        "severity": "",
        "distance_bits": 0,
        "needed": 0,
    }


def test_digest_listed_under_another_type_is_no_match() -> None:
    assert ExactHash(known(known_hash(SHA256, type="pdq"))).judge(subject()).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    ("category", "reason"),
    [
        ("NEGATIVE_CLASS", "hash.on-list"),
        ("INVESTIGATION_SEED", "hash.suspect"),
        ("DISPUTED", "hash.suspect"),
        ("", "hash.on-list"),
        ("a new one", "hash.on-list"),
    ],
)
def test_every_category_but_known_good_is_a_match(category: str, reason: str) -> None:
    verdict = ExactHash(known(known_hash(category=category))).judge(subject())
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, reason)


def test_all_of_a_list_is_suspect_if_its_policy_says_so() -> None:
    entry = known_hash(policy=ListPolicy(action="suspect"))
    assert ExactHash(known(entry)).judge(subject()).reason == "hash.suspect"


def test_confirmed_entry_is_named_before_one_that_is_only_suspected() -> None:
    doubted, sure = known_hash(SHA256, category="DISPUTED", entry=1), known_hash(MD5, type="md5", entry=2)
    for lists in (known(doubted, sure), known(doubted, known_hash(MD5, type="md5", entry=2, list="other"))):
        verdict = ExactHash(lists).judge(subject())
        assert (verdict.reason, verdict.evidence["entry"]) == ("hash.on-list", 2)


def test_fresh_list_of_digests_alone_is_enough_to_compare_digests() -> None:
    lists = known(known_hash(), production=False, only_digests=True)
    assert ExactHash(lists).judge(with_sha256(UNLISTED)).outcome is Outcome.CLEAN


def test_what_is_known_to_be_good_is_no_match() -> None:
    assert ExactHash(known(known_hash(category="POSITIVE_CLASS"))).judge(subject()).outcome is Outcome.CLEAN


def test_clean_verdict_names_the_lists_that_were_asked() -> None:
    entries = (known_hash(), known_hash(list="other", number=9), known_hash(list="demo", synthetic=True))
    asked = ExactHash(known(*entries))
    assert asked.judge(with_sha256(UNLISTED)).evidence == {"lists": "agency@2,other@9"}
    assert asked.judge(with_sha256(UNLISTED, address=INSIDE)).evidence == {"lists": "agency@2,demo@2,other@9"}


@pytest.mark.parametrize("state", [ListState.MISSING, ListState.STALE, ListState.BROKEN])
def test_lists_that_are_not_ready_are_unsure_though_they_go_on_matching(state: ListState) -> None:
    lists = ExactHash(known(known_hash(), ready=state, provisional=True))
    verdict = lists.judge(with_sha256(UNLISTED))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "list.not-ready")
    assert dict(verdict.evidence) == {"state": state.value}
    assert lists.judge(subject()).reason == "hash.on-list"


def test_missing_lists_are_unsure() -> None:
    assert ExactHash(None).judge(subject()).reason == "list.not-ready"


def test_list_of_both_kinds_matches_as_the_real_one() -> None:
    entries = (known_hash(synthetic=True, entry=1), known_hash(entry=2))
    assert ExactHash(known(*entries)).judge(with_sha256(SHA256, address=INSIDE)).evidence["entry"] == 2


def test_revision_changes_with_lists_and_with_what_may_be_concluded() -> None:
    made = [
        None,
        known(),
        known(revision="5f" * 32),
        known(production=False),
        known(provisional=True),
        known(ready=ListState.STALE),
        known(networks=()),
    ]
    assert len({ExactHash(each).revision for each in made}) == len(made)
    assert ExactHash(known()).revision == ExactHash(known()).revision
