"""Make lists of known material for tests; every hash is made up."""

from dataclasses import dataclass, field
from typing import Any

from filters.indexes.known import KnownEntry
from filters.indexes.known_list import KnownList
from filters.indexes.known_material import KnownMaterial, ListState
from filters.indexes.list_policy import ListPolicy
from tests.filters.subjects import PDQ, SHA256

INTRANET = "10.1.0.0/16"
INSIDE = "10.1.2.3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An entry, and the list it stands on."""

    entry: KnownEntry
    list: str
    number: int = 2
    synthetic: bool = False
    policy: ListPolicy = field(default_factory=ListPolicy)


def known_hash(value: str = SHA256, **changed: Any) -> Listed:
    given: dict[str, Any] = {"type": "sha256", "value": value, "entry": 17}
    named = ("list", "number", "synthetic", "policy")
    of_list = {name: changed.pop(name) for name in named if name in changed}
    list_name = "synthetic" if of_list.get("synthetic") else "agency"
    return Listed(entry=KnownEntry(**given | changed), **{"list": list_name} | of_list)


def known_pdq(value: str = PDQ, **changed: Any) -> Listed:
    return known_hash(value, **{"type": "pdq", **changed})


def known(*hashes: Listed, **changed: Any) -> KnownMaterial:
    """Return lists that are ready and hold a production list; `changed` says otherwise."""
    given: dict[str, Any] = {
        "lists": lists_of(*hashes),
        "revision": "5e" * 32,
        "ready": ListState.READY,
        "production": True,
        "networks": (INTRANET, "fd00::/8"),
        "provisional": False,
        "problem": None,
    }
    return KnownMaterial(**given | changed)


def lists_of(*hashes: Listed) -> tuple[KnownList, ...]:
    """Return a list for each name, number, kind and policy among them."""
    by_list: dict[tuple[str, int, bool, ListPolicy], list[KnownEntry]] = {}
    for each in hashes:
        by_list.setdefault((each.list, each.number, each.synthetic, each.policy), []).append(each.entry)
    return tuple(
        KnownList.of(name=name, number=number, synthetic=synthetic, policy=policy, entries=entries)
        for (name, number, synthetic, policy), entries in by_list.items()
    )
