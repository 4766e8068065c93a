"""Name a set of thresholds or lists by a digest, so that a verdict says what it was compared with."""

import hashlib
from typing import TypeAlias

import rfc8785

Part: TypeAlias = str | int | float | bool | list["Part"] | dict[str, "Part"] | None


def revision_of(part: Part) -> str:
    """Return the first 32 hex digits of SHA-256 over the RFC 8785 form; NaN and infinity raise `ValueError`."""
    return hashlib.sha256(rfc8785.dumps(part)).hexdigest()[:32]
