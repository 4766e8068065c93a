from dataclasses import replace

import pytest

from filters.caption_safety import CaptionSafety
from filters.decision import Subject
from filters.verdict import Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.stand_ins import HARMLESS, MINOR, NUDITY, SEXUAL, TERMS, YOUNG
from tests.filters.subjects import candidate, subject, visit


def said(text: str, title: str = "") -> Subject:
    return subject(candidate(text=text, page=replace(visit(), title=title)))


class TestCaptionSafety(FilterContract):
    filter = CaptionSafety(TERMS)
    clean = subject()
    refused = said(f"A {SEXUAL} in the garden")
    near_miss = said(f"A {MINOR} with a dog")
    unsure = None

    def judge_golden(self, *, text: str, title: str = "", terms: bool = True) -> Verdict:
        return CaptionSafety(TERMS if terms else None).judge(said(text, title))


def test_without_terms_nothing_is_clean() -> None:
    verdict = CaptionSafety(None).judge(subject())
    assert (verdict.outcome, verdict.reason) == ("unsure", "list.not-ready")


@pytest.mark.parametrize(
    ("text", "title", "reason"),
    [
        (f"{MINOR} and {SEXUAL}", "", "safety.minor-term"),
        (f"{MINOR} and {NUDITY}", "", "safety.minor-term"),
        (f"A {MINOR}", f"{SEXUAL} everywhere", "safety.minor-term"),
        (f"A {SEXUAL}", f"One {MINOR} a day", "safety.minor-term"),
        ("A heron", f"A {MINOR} and a {SEXUAL}", "safety.minor-term"),
        (f"A {SEXUAL}", "Herons", "safety.term"),
        (f"A {NUDITY}", "Herons", None),
        (f"A {MINOR}", "Herons", None),
        ("A heron", f"A {SEXUAL}", None),
        ("A heron", f"A {NUDITY}", None),
        (f"{MINOR} of a {NUDITY}", "", "safety.minor-term"),
        (f"{NUDITY} or of a {MINOR}", "", "safety.term"),
        (f"A {MINOR}", f"A {NUDITY}", "safety.term"),
        (f"A {NUDITY}", f"A {MINOR}", "safety.term"),
        ("A heron", f"A {NUDITY} {MINOR}", "safety.term"),
        (f"A {YOUNG} {NUDITY}", "", "safety.term"),
        (f"A {YOUNG} {SEXUAL}", "", "safety.term"),
        (f"A {YOUNG}", f"{SEXUAL} everywhere", "safety.term"),
        ("A heron", f"A {YOUNG} {SEXUAL}", None),
        ("A heron", f"A {YOUNG} {NUDITY}", None),
        (f"A {YOUNG}", "", None),
        (f"A {MINOR} at the {HARMLESS}", "", None),
        (f"A {MINOR} at the {HARMLESS} with a {NUDITY}", "", "safety.term"),
    ],
)
def test_what_caption_and_title_say_together_decides(text: str, title: str, reason: str | None) -> None:
    assert CaptionSafety(TERMS).judge(said(text, title)).reason == reason


def test_evidence_holds_neither_text_nor_term() -> None:
    verdict = CaptionSafety(TERMS).judge(said(f"{MINOR} and {SEXUAL}"))
    assert dict(verdict.evidence) == {"list": TERMS.revision}
    assert not [each for each in (MINOR, SEXUAL) if each in repr(verdict)]
