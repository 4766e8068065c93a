from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from filters.verdict import Outcome, Verdict
from storage.judged import judged
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as crawl:
        yield crawl


def said(name: str, **evidence: str | float | None) -> Verdict:
    return Verdict(outcome=Outcome.CLEAN, filter=name, filter_version="1", revision="r", evidence=evidence)


def test_evidence_of_models_and_languages_is_read_and_no_other(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    refused = samples.refused(page_id, 1)
    verdicts = (said("language", language="de"), said("safety", calm=0.5), *refused.decision.verdicts)
    decision = replace(refused.decision, verdicts=verdicts)
    crawl.record(page_id, samples.kept(page_id, 2), replace(refused, decision=decision), samples.failed(page_id, 3))
    found = {each.outcome: each for each in judged(crawl.records.db, crawl.run.run_id)}
    assert set(found) == {"stored", "refused", "failed"}
    assert found["refused"].evidence == {"language": {"language": "de"}, "safety": {"calm": 0.5}}
    assert (found["refused"].language, found["refused"].asked_for_language) == ("de", True)
    assert (found["failed"].language, found["failed"].asked_for_language) == (None, False)
    assert found["stored"].page_host == "pages.example"


def test_a_match_is_not_among_them(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.match(page_id, 1), samples.beside(page_id, 2))
    assert list(judged(crawl.records.db, crawl.run.run_id)) == []


def test_another_run_is_not_among_them(crawl: Crawl) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, samples.refused(page_id, 1))
    assert list(judged(crawl.records.db, "another")) == []
