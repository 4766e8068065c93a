import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.doctor import LOOKS, QUICK, Check
from console.web.metrics import Metrics
from storage.blocklists import Blocklists
from tests.console.web.serving import serving
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling

Labels = frozenset[tuple[str, str]]


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as crawl:
        page_id = crawl.new_page("read")
        crawl.record(page_id, samples.kept(page_id, 1), samples.kept(page_id, 2), samples.refused(page_id, 3))
        incident = crawl.new_page("incident")
        crawl.record(incident, samples.match(incident, 4))
        crawl.new_page("pending")
        Blocklists(crawl.records.db, crawl.records.ledger).add(["blocked.example"], why="asked us", by="ann")
        yield crawl


def samples_of(text: str) -> dict[tuple[str, Labels], float]:
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def told(crawl: Crawl) -> str:
    return Metrics(db=crawl.records.db, ledger=crawl.records.ledger).text().decode()


def labels(**named: str) -> Labels:
    return frozenset(named.items())


def test_what_was_decided_is_counted_by_outcome_and_reason(crawl: Crawl) -> None:
    found = samples_of(told(crawl))
    assert found["altsieve_candidates_total", labels(outcome="stored", reason="")] == 2
    assert found["altsieve_candidates_total", labels(outcome="refused", reason="alt.too-short")] == 1
    assert found["altsieve_candidates_total", labels(outcome="refused", reason="hash.on-list")] == 1
    assert found["altsieve_pairs_withdrawn_total", labels()] == 0


def test_a_run_at_work_tells_how_many_pages_wait(crawl: Crawl) -> None:
    run_id = crawl.run.run_id
    found = samples_of(told(crawl))
    assert found["altsieve_run_pages", labels(run=run_id, state="pending")] == 1
    assert found["altsieve_run_pages", labels(run=run_id, state="done")] == 2
    assert found["altsieve_runs", labels(state="running")] == 1
    assert found["altsieve_filter_revision", labels(filter="alt-text", revision="1")] == 1
    crawl.end()
    ended = samples_of(told(crawl))
    assert ended["altsieve_runs", labels(state="finished")] == 1
    assert not [name for name, _ in ended if name == "altsieve_run_pages"]


def test_lists_tell_how_many_entries_they_have_and_since_when(crawl: Crawl) -> None:
    (revision,) = Blocklists(crawl.records.db, crawl.records.ledger).list()
    found = samples_of(told(crawl))
    name = labels(list="operator", kind="hosts")
    assert found["altsieve_list_entries", name] == 1
    assert found["altsieve_list_revision", name] == 1
    assert found["altsieve_list_fresh_timestamp_seconds", name] == pytest.approx(revision.at.timestamp())


def test_an_overdue_incident_is_counted(crawl: Crawl) -> None:
    assert samples_of(told(crawl))["altsieve_incidents_overdue", labels()] == 0


def test_no_metric_holds_an_address_a_caption_or_a_hash(crawl: Crawl) -> None:
    text = told(crawl)
    for secret in ("example/", "://", "pages.example", "pictures.example", "blocked.example", samples.SECRET_HASH):
        assert secret not in text


def test_health_is_answered_whatever_is_ready(tmp_path: Path) -> None:
    def broken() -> Iterator[Check]:
        raise OSError("nothing can be looked at")
        yield

    with serving(tmp_path, broken) as web:
        assert (web.get("/health").status, web.get("/health").text) == (200, "ok\n")
        assert web.get("/ready").status == 500


@pytest.mark.parametrize(
    ("looks", "status"),
    [
        ([Check(check="database", ready=True, found="it is")], 200),
        ([Check(check="database", ready=True, found="it is"), Check(check="keys", ready=False, found="none")], 503),
        ([Check(check="incidents", ready=True, found="1 is overdue", wrong=True)], 503),
    ],
)
def test_ready_says_what_is_missing(tmp_path: Path, looks: list[Check], status: int) -> None:
    with serving(tmp_path, lambda: looks) as web:
        answer = web.get("/ready")
    told = json.loads(answer.text)
    assert answer.status == status
    assert told["ready"] is (status == 200)
    assert [each["found"] for each in told["checks"]] == [each.found for each in looks]


def test_metrics_are_served_as_prometheus_reads_them(tmp_path: Path) -> None:
    with serving(tmp_path) as web:
        answer = web.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert samples_of(answer.text)["altsieve_candidates_total", labels(outcome="stored", reason="")] == 0


def test_what_is_asked_every_few_seconds_is_among_the_looks_and_costs_no_worker() -> None:
    assert set(QUICK) < set(LOOKS)
    assert not {"workers", "models", "gate", "matchers", "resolver"} & set(QUICK)
