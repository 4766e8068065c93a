"""Tell a run as OpenLineage events, which catalogues of data read: when it began and ended, what it read and wrote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from storage.canonical import instant_text
from storage.runs import RunState, RunSummary

_PRODUCER: Final = "urn:altsieve:version"
_SPEC: Final = "https://openlineage.io/spec"
_ENDED: Final[Mapping[RunState, str]] = {
    RunState.FINISHED: "COMPLETE",
    RunState.STOPPED: "ABORT",
    RunState.BROKE_OFF: "FAIL",
}


def events_of(run: RunSummary, database: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return START, and the event it ended with if it has: at `now` where a run was killed and could not say when.

    `database` is its name without a password. No address is told but those the operator gave: the seeds.
    """
    told = [_event(run, database, "START", run.started_at)]
    if run.state in _ENDED:
        told.append(_event(run, database, _ENDED[run.state], run.finished_at or now))
    return told


def _event(run: RunSummary, database: str, type_: str, at: datetime) -> dict[str, Any]:
    kept = {"outputStatistics": _facet(run, "1-0-2/OutputStatisticsOutputDatasetFacet", rowCount=run.stored)}
    output = {"namespace": database, "name": "pair"}
    return {
        "eventType": type_,
        "eventTime": instant_text(at),
        "producer": _producer(run),
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": run.run_id, "facets": _of_run(run)},
        "job": {"namespace": "altsieve", "name": run.spider, "facets": _of_job(run)},
        "inputs": [_dataset(str(each)) for each in run.arguments.get("seeds") or ()],
        "outputs": [output if type_ == "START" else output | {"outputFacets": kept}],
    }


def _of_run(run: RunSummary) -> dict[str, Any]:
    tags = {
        "contact": run.contact,
        "legal_basis": run.legal_basis,
        "settings_sha256": run.settings_digest,
        "policy_sha256": run.policy_digest,
        "provisional": "true" if run.provisional else None,
    }
    told = [{"key": key, "value": value, "source": "ALTSIEVE"} for key, value in tags.items() if value is not None]
    return {
        "processing_engine": _facet(run, "1-1-1/ProcessingEngineRunFacet", name="altsieve", version=run.code_version),
        "tags": _facet(run, "1-0-0/TagsRunFacet", tags=told),
    }


def _of_job(run: RunSummary) -> dict[str, Any]:
    owners = [{"name": run.operator, "type": "OPERATOR"}]
    kind = {"processingType": "BATCH", "integration": "ALTSIEVE", "jobType": "CRAWL"}
    return {
        "jobType": _facet(run, "2-0-4/JobTypeJobFacet", **kind),
        "ownership": _facet(run, "1-0-1/OwnershipJobFacet", owners=owners),
    }


def _facet(run: RunSummary, schema: str, **fields: object) -> dict[str, Any]:
    name = schema.rpartition("/")[2]
    url = f"{_SPEC}/facets/{schema}.json#/$defs/{name}"
    return {"_producer": _producer(run), "_schemaURL": url, **fields}


def _producer(run: RunSummary) -> str:
    return f"{_PRODUCER}:{quote(run.code_version)}"


def _dataset(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {"namespace": f"{parts.scheme}://{parts.netloc}", "name": parts.path or "/"}
