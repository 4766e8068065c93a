"""Measure the digests of the original bytes."""

import hashlib

from filters.facts import Digests


def measure_digests(body: bytes) -> Digests:
    """Return MD5, SHA-1 and SHA-256: lists of known material still come in all three."""
    return Digests(
        md5=hashlib.md5(body, usedforsecurity=False).hexdigest(),
        sha1=hashlib.sha1(body, usedforsecurity=False).hexdigest(),
        sha256=hashlib.sha256(body).hexdigest(),
        size_bytes=len(body),
    )
