"""Count incidents by host, and propose for the blocklist the hosts that a run left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from filters.indexes.hosts import NotAHost, normalise_host


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentHost:
    """A host with its incidents, as page and as picture; `proposed` if there are enough of them to block it."""

    host: str
    incidents: int
    proposed: bool


HOST_COLUMNS: Final[Mapping[str, Callable[[IncidentHost], object]]] = {
    "host": lambda each: each.host,
    "incidents": lambda each: each.incidents,
    "proposed": lambda each: "yes" if each.proposed else "no",
}


def hosts_of(records: Iterable[Mapping[str, Any]], limit: int) -> list[IncidentHost]:
    """Return the hosts, those with most incidents first. A `limit` of 0 proposes none."""
    counted = Counter(host for each in records for host in _hosts(each))
    return [
        IncidentHost(host=host, incidents=count, proposed=bool(limit) and count >= limit)
        for host, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    ]


def _hosts(record: Mapping[str, Any]) -> set[str]:
    places = (record["picture"], record["page"])
    return {host for place in places for name in ("url", "final_url") if (host := _host(place[name]))}


def _host(url: str) -> str:
    try:
        return normalise_host(url)
    except NotAHost:
        return ""
