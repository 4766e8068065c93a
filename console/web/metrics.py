"""Count for Prometheus what was kept and what was not, how old lists are, and how far runs have come.

Every label is a reason code, or the name of a filter, a list, a run or a state: none holds an address or a caption.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.blocklists import Blocklists
from storage.database import Database
from storage.decisions import STORED
from storage.hash_lists import HashLists
from storage.incident_acts import overdue
from storage.ledger import Ledger
from storage.overview import overview
from storage.runs import Runs, RunState, RunSummary

_RUNS: Final = 50
"""So many of the newest runs are told of; one that is at work is among them."""


@dataclass(frozen=True, kw_only=True)
class Metrics(Collector):
    """What is asked of the database whenever Prometheus asks; nothing is counted here."""

    db: Database
    ledger: Ledger

    def text(self) -> bytes:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        yield from _decided(self.db)
        yield from self._lists()
        yield from _runs(Runs(self.db, self.ledger).newest(most=_RUNS).rows)
        with self.db.read() as conn:
            late = overdue(conn, datetime.now(UTC).date())
        yield GaugeMetricFamily("altsieve_incidents_overdue", "Incidents that should have been exported", value=late)

    def _lists(self) -> Iterator[Metric]:
        labels = ("list", "kind")
        entries = GaugeMetricFamily("altsieve_list_entries", "Entries of the newest revision of a list", labels=labels)
        number = GaugeMetricFamily("altsieve_list_revision", "Number of the newest revision of a list", labels=labels)
        had = GaugeMetricFamily(
            "altsieve_list_fresh_timestamp_seconds", "When its entries were had from their source", labels=labels
        )
        for each in (*HashLists(self.db, self.ledger).list(), *Blocklists(self.db, self.ledger).list()):
            name = (each.list, each.kind)
            entries.add_metric(name, each.entries)
            number.add_metric(name, each.number)
            had.add_metric(name, each.fresh_at.timestamp())
        yield from (entries, number, had)


def _decided(db: Database) -> Iterator[Metric]:
    found = overview(db)
    decided = CounterMetricFamily(
        "altsieve_candidates", "Candidates of all runs, by what became of them and why", labels=("outcome", "reason")
    )
    decided.add_metric((STORED, ""), found.stored)
    for outcome, counts in found.reasons.items():
        for reason, count in counts.items():
            decided.add_metric((outcome, reason), count)
    yield decided
    yield CounterMetricFamily("altsieve_pairs_withdrawn", "Pairs that were taken back", value=found.withdrawn)


def _runs(newest: tuple[RunSummary, ...]) -> Iterator[Metric]:
    pages = GaugeMetricFamily("altsieve_run_pages", "Pages of a run that is at work", labels=("run", "state"))
    states = GaugeMetricFamily("altsieve_runs", f"The newest {_RUNS} runs by their state", labels=("state",))
    revisions = GaugeMetricFamily(
        "altsieve_filter_revision", "Lists and models that the newest run began with", labels=("filter", "revision")
    )
    for state in RunState:
        states.add_metric((state.value,), sum(each.state is state for each in newest))
    for run in newest:
        if run.state is RunState.RUNNING:
            for name, count in (("pending", run.pages_pending), ("done", run.pages), ("failed", run.pages_failed)):
                pages.add_metric((run.run_id, name), count)
    for name, revision in newest[0].revisions.items() if newest else ():
        revisions.add_metric((name, revision), 1)
    yield from (pages, states, revisions)
