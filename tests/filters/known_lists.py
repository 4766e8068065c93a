"""Make lists of known material for tests; every hash is made up."""

from typing import Any

from filters.indexes.known import KnownHash, KnownMaterial, ListState
from tests.filters.subjects import PDQ, SHA256

INTRANET = "10.1.0.0/16"
INSIDE = "10.1.2.3"


def known_hash(value: str = SHA256, **changed: Any) -> KnownHash:
    given: dict[str, Any] = {
        "list": "synthetic" if changed.get("synthetic") else "agency",
        "number": 2,
        "entry": 17,
        "type": "sha256",
        "value": value,
        "category": "NEGATIVE_CLASS",
        "distance_bits": None,
        "synthetic": False,
    }
    return KnownHash(**given | changed)


def known_pdq(value: str = PDQ, **changed: Any) -> KnownHash:
    return known_hash(value, **{"type": "pdq", **changed})


def known(*hashes: KnownHash, **changed: Any) -> KnownMaterial:
    """Return lists that are ready and hold a production list; `changed` says otherwise."""
    given: dict[str, Any] = {
        "hashes": hashes,
        "revision": "5e" * 32,
        "ready": ListState.READY,
        "production": True,
        "networks": (INTRANET, "fd00::/8"),
        "provisional": False,
        "problem": None,
    }
    return KnownMaterial(**given | changed)
