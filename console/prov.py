"""Tell a trail as W3C PROV does, in PROV-JSON: what came from what, by which activity, and who answers for it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from filters.signals.signal import Signal
from storage.canonical import canonical, instant_text
from storage.trail_parts import Trail, TrailPair, TrailRun, TrailSighting, Withdrawal

NAMESPACE: Final = "urn:altsieve:"
Said: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""Kind -> id -> attributes."""


class Document:
    """A PROV document that is being written; whatever is said of an id twice is said once."""

    def __init__(self) -> None:
        self._said: Said = defaultdict(dict)

    def entity(self, kind: str, key: str, **attributes: object) -> str:
        return self._thing("entity", kind, key, attributes)

    def activity(
        self, kind: str, key: str, began: datetime | None, ended: datetime | None, **attributes: object
    ) -> str:
        times = {"prov:startTime": began, "prov:endTime": ended}
        told = {name: instant_text(each) for name, each in times.items() if each is not None}
        name = self._thing("activity", kind, key, attributes)
        self._said["activity"][name] |= told
        return name

    def agent(self, kind: str, key: str, *, type_: str, **attributes: object) -> str:
        name = self._thing("agent", kind, key, attributes)
        self._said["agent"][name]["prov:type"] = {"$": f"prov:{type_}", "type": "prov:QUALIFIED_NAME"}
        return name

    def relate(self, relation: str, *, at: datetime | None = None, **roles: str) -> None:
        """Say that two things stand in a relation, each in its role; the same is said once."""
        told = {f"prov:{role}": name for role, name in roles.items()}
        told |= {} if at is None else {"prov:time": instant_text(at)}
        digest = hashlib.sha256(canonical(told)).hexdigest()
        self._said[relation][f"_:{relation}-{digest[:16]}"] = told

    def written(self) -> dict[str, Any]:
        return {"prefix": {"altsieve": NAMESPACE}, **self._said}

    def _thing(self, what: str, kind: str, key: str, attributes: Mapping[str, object]) -> str:
        name = f"altsieve:{kind}/{quote(key, safe='@-_.~')}"
        told = {f"altsieve:{each}": _value(value) for each, value in attributes.items() if value is not None}
        type_ = {"$": f"altsieve:{kind}", "type": "prov:QUALIFIED_NAME"}
        self._said[what].setdefault(name, {"prov:type": type_}).update(told)
        return name


def prov_of(trail: Trail) -> dict[str, Any]:
    """Return it as one PROV-JSON document."""
    document = Document()
    for each in trail.runs:
        _run(document, each)
    pairs = {each.pair_id: _pair(document, each) for each in trail.pairs}
    for seen in trail.sightings:
        _sighting(document, seen, pairs)
    for number, taken in enumerate(trail.withdrawn):
        _withdrawal(document, number, taken)
    return document.written()


def _run(document: Document, run: TrailRun) -> None:
    told = {"spider": run.spider, "contact": run.contact, "legal_basis": run.legal_basis}
    told |= {"settings_sha256": run.settings_digest, "policy_sha256": run.policy_digest}
    activity = document.activity("run", run.run_id, run.started_at, run.finished_at, **told)
    operator = document.agent("operator", run.operator, type_="Person", name=run.operator)
    software = document.agent("software", run.code_version, type_="SoftwareAgent", version=run.code_version)
    document.relate("wasAssociatedWith", activity=activity, agent=software)
    document.relate("actedOnBehalfOf", delegate=software, responsible=operator, activity=activity)


def _pair(document: Document, pair: TrailPair) -> str:
    name = document.entity("pair", pair.pair_id, state=pair.state, image_sha256=pair.image_sha256)
    document.relate("wasDerivedFrom", generatedEntity=name, usedEntity=_picture(document, pair.image_sha256))
    return name


def _sighting(document: Document, seen: TrailSighting, pairs: Mapping[str, str]) -> None:
    run, key = f"altsieve:run/{seen.run_id}", seen.sighting_id
    page = document.entity("page", _digest(seen.page_url), url=seen.page_url)
    candidate = document.entity("sighting", key, image_url=seen.image_url, **_of_candidate(seen))
    document.relate("wasGeneratedBy", entity=candidate, activity=run)
    document.relate("wasDerivedFrom", generatedEntity=candidate, usedEntity=page)
    judging = document.activity("judging", key, None, seen.judged_at, epoch=seen.epoch, outcome=seen.outcome)
    document.relate("wasInformedBy", informed=judging, informant=run)
    used = (candidate, *_fetched(document, seen, run), *_consulted(document, seen))
    for each in used:
        document.relate("used", activity=judging, entity=each)
    _verdicts(document, seen, judging)
    pair = pairs.get(seen.pair_id or "")
    if seen.first and pair is not None:
        document.relate("wasGeneratedBy", entity=pair, activity=judging, at=seen.judged_at)
        document.relate("wasDerivedFrom", generatedEntity=pair, usedEntity=candidate)


def _of_candidate(seen: TrailSighting) -> dict[str, object]:
    told: dict[str, object] = {"outcome": seen.outcome, "reason": seen.reason, "pair": seen.pair_id}
    if seen.candidate is not None:
        told |= {"text": seen.candidate.text, "text_source": seen.candidate.text_source}
    if seen.ledger is not None:
        place = seen.ledger
        told |= {"ledger_segment": place.segment, "ledger_sequence": place.sequence, "ledger_leaf": place.hash}
    return told


def _fetched(document: Document, seen: TrailSighting, run: str) -> Iterator[str]:
    """Yield the picture as it came, if it did."""
    if seen.fetched is None or seen.facts is None:
        return
    came = seen.fetched
    activity = document.activity(
        "fetching", seen.sighting_id, came.requested_at, came.fetched_at, url=came.final_url, status=came.status
    )
    document.relate("wasInformedBy", informed=activity, informant=run)
    picture = _picture(document, seen.facts.digests.sha256)
    document.relate("wasGeneratedBy", entity=picture, activity=activity, at=came.fetched_at)
    yield picture


def _consulted(document: Document, seen: TrailSighting) -> Iterator[str]:
    """Yield the lists in force, and the documents in which owners say what may be done."""
    for each in seen.lists:
        name, _, number = each.rpartition("@")
        yield document.entity("list", each, name=name, revision=number)
    for signal in _signals(seen):
        if signal.document is not None:
            yield document.entity("document", signal.document, url=signal.url, sha256=signal.document)


def _signals(seen: TrailSighting) -> Iterator[Signal]:
    yield from (seen.candidate and seen.candidate.visit.consent) or ()
    yield from (seen.fetched and seen.fetched.consent) or ()


def _verdicts(document: Document, seen: TrailSighting, judging: str) -> None:
    for number, each in enumerate(seen.verdicts):
        filter_ = document.agent(
            "filter", f"{each.filter}@{each.filter_version}", type_="SoftwareAgent", version=each.filter_version
        )
        verdict = document.entity(
            "verdict",
            f"{seen.sighting_id}.{number}",
            outcome=each.outcome.value,
            reason=each.reason,
            revision=each.revision,
            evidence=canonical(each.evidence).decode() if each.evidence else None,
        )
        document.relate("wasGeneratedBy", entity=verdict, activity=judging)
        document.relate("wasAttributedTo", entity=verdict, agent=filter_)


def _withdrawal(document: Document, number: int, taken: Withdrawal) -> None:
    key = f"{taken.key}.{number}"
    activity = document.activity("withdrawal", key, taken.at, taken.at, why=taken.why, reason=taken.reason)
    person = document.agent("operator", taken.by, type_="Person", name=taken.by)
    document.relate("wasAssociatedWith", activity=activity, agent=person)
    entity = document.entity("pair", taken.key) if taken.kind == "pair" else _picture(document, taken.key)
    document.relate("wasInvalidatedBy", entity=entity, activity=activity, at=taken.at)


def _picture(document: Document, sha256: str) -> str:
    return document.entity("image", sha256, sha256=sha256)


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode(errors="surrogatepass")).hexdigest()


def _value(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else str(value)
