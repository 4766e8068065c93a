"""Take the settings that decide out of all settings, and hold a run to those it was started with."""

import shlex
from collections.abc import Mapping
from typing import Final

import msgspec
from scrapy.settings import BaseSettings

from crawler.network_gate import ports_of
from filters.indexes.terms import BadTerms, load_terms
from filters.lineup import Thresholds
from storage.canonical import plain
from storage.errors import NotReady
from storage.runs import RunSummary

_TERMS_REVISION: Final = "safety_terms_revision"
"""Under SAFETY_TERMS stands a path: what the file holds decides, and not where it lies."""


def deciding(settings: BaseSettings) -> dict[str, object]:
    """Return the settings that decide what is kept and what is reached, as they were understood."""
    decided: dict[str, object] = dict(msgspec.to_builtins(Thresholds.from_settings(settings)))
    for name in ("LINEUP", "ALLOW_NETWORKS", "AI_TOKENS", "LANGUAGE_DETECTORS"):
        decided[name.lower()] = settings.getlist(name)
    for name in (
        "HASH_LIST_MAX_AGE_HOURS",
        "FETCH_TIMEOUT_S",
        "INSPECTION_TIMEOUT_S",
        "MODEL_TIMEOUT_S",
        "PAGE_TIMEOUT_S",
        "REMOTE_MATCHER_TIMEOUT_S",
    ):
        decided[name.lower()] = settings.getfloat(name)
    for name in ("INCIDENT_HOST_LIMIT", "PAGE_MAX_BYTES", "REDIRECT_MAX_TIMES", "WORKER_MEMORY_BYTES"):
        decided[name.lower()] = settings.getint(name)
    decided["allowed_ports"] = sorted(ports_of(settings))
    decided[_TERMS_REVISION] = _revision_of(settings.get("SAFETY_TERMS"))
    return decided | {"robotstxt_obey": settings.getbool("ROBOTSTXT_OBEY")}


def require_those_of(run: RunSummary, settings: BaseSettings) -> None:
    """The run's row and its ledger name one snapshot: nothing of the run may be judged by other settings."""
    now = plain(deciding(settings))
    differing = sorted(name for name in run.settings.keys() | now.keys() if run.settings.get(name) != now.get(name))
    if differing == [_TERMS_REVISION]:
        raise NotReady(
            f"the file that SAFETY_TERMS names has changed since run {run.run_id} was started: put back that of "
            f"revision {run.settings.get(_TERMS_REVISION)}, or start a new run"
        )
    if differing:
        raise NotReady(
            f"run {run.run_id} was started with other settings; repeat them: {_typed(run.settings, differing)}\n"
            "or start a new run"
        )


def _revision_of(path: str | None) -> str:
    """Return that of a file of terms; empty for the list that is shipped, and for one with which no run begins."""
    try:
        return load_terms(path).revision if path else ""
    except BadTerms:
        return ""


def _typed(settings: Mapping[str, object], names: list[str]) -> str:
    return " ".join(
        f"-s {shlex.quote(f'{name.upper()}={_value(settings.get(name))}')}" for name in names if name != _TERMS_REVISION
    )


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}={each}" for name, each in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
