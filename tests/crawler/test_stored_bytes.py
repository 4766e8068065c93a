"""Claims about what a worker may say is to be stored: nothing that can be tried is believed."""

from dataclasses import replace

import pytest

from crawler.stored_bytes import says_what_is_stored
from crawler.worker_tasks import Inspected
from filters.facts import Facts, Private, StoredBytes
from filters.measure.digests import measure_digests
from filters.measure.private_metadata.patches import Patch, patched
from tests.filters.subjects import picture

BODY = b"the bytes of a picture that was taken at home"
PATCH = Patch(offset=41, replacement=b"    ")
STORED = StoredBytes(
    removed=(Private.GPS,), sha256=measure_digests(patched(BODY, [PATCH])).sha256, size_bytes=len(BODY)
)
AS_IT_CAME = StoredBytes(sha256=measure_digests(BODY).sha256, size_bytes=len(BODY))
UNREMOVABLE = StoredBytes(sha256=None, size_bytes=len(BODY), failure="boxes")


def said(stored: StoredBytes | None, *patches: Patch, shown: bool = True) -> Inspected:
    facts = Facts(digests=measure_digests(BODY), picture=picture() if shown else None, stored=stored)
    return Inspected(facts=facts, patches=patches)


@pytest.mark.parametrize(
    ("inspected", "private_metadata"),
    [
        (said(STORED, PATCH), "remove"),
        (said(AS_IT_CAME), "remove"),
        (said(UNREMOVABLE), "remove"),
        (said(None, shown=False), "remove"),
        (said(None), "keep"),
    ],
)
def test_what_leads_from_the_bytes_that_came_to_those_that_are_stored_counts(
    inspected: Inspected, private_metadata: str
) -> None:
    assert says_what_is_stored(inspected, BODY, private_metadata)


@pytest.mark.parametrize(
    ("inspected", "private_metadata"),
    [
        (said(None), "remove"),
        (said(None, PATCH), "remove"),
        (said(STORED), "remove"),
        (said(AS_IT_CAME, PATCH), "remove"),
        (said(UNREMOVABLE, PATCH), "remove"),
        (said(STORED, PATCH, Patch(offset=0, replacement=b"T")), "remove"),
        (said(STORED, replace(PATCH, offset=len(BODY))), "remove"),
        (said(STORED, replace(PATCH, offset=-4)), "remove"),
        (said(replace(STORED, size_bytes=1), PATCH), "remove"),
        (said(STORED, PATCH, shown=False), "remove"),
        (said(STORED, PATCH), "keep"),
        (said(AS_IT_CAME), "keep"),
        (said(None, PATCH), "keep"),
    ],
)
def test_what_does_not_is_not_believed(inspected: Inspected, private_metadata: str) -> None:
    assert not says_what_is_stored(inspected, BODY, private_metadata)
