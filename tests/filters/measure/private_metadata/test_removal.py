"""Claims about what is stored of files of every container: nothing private, all the rest, and the same picture."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.facts import Facts, Private
from filters.measure.digests import measure_digests
from filters.measure.limits import Limits
from filters.measure.picture import inspect
from filters.measure.private_metadata.patches import patched
from filters.measure.private_metadata.removal import with_stored, without_private
from tests.filters.measure.marked import (
    CONTAINERS,
    assertion,
    credentialed,
    gif_xmp,
    png_chunk,
    raw_profile,
    segment,
    store,
    sub_blocks,
    tiff_with,
    with_chunks,
    with_extensions,
    with_segments,
)
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.private_metadata.files import (
    KEPT,
    PLACES,
    SECRETS,
    cleaned,
    exif,
    packet,
    resource,
    shown,
    with_exif,
    with_xmp,
)

OF_EXIF = ["gps", "owner", "serial", "thumbnail"]
OF_XMP = ["gps", "history", "owner", "place", "serial"]
APP13 = b"Photoshop 3.0\0"
FILES: dict[str, tuple[str, Callable[[], bytes], list[str]]] = {
    **{
        f"EXIF in {name}, {order}": (name, lambda name=name, order=order: with_exif(name, exif(order)), OF_EXIF)  # type: ignore[misc]
        for name in ("JPEG", "PNG", "WEBP")
        for order in "<>"
    },
    **{f"XMP in {name}": (name, lambda name=name: with_xmp(name, packet()), OF_XMP) for name in CONTAINERS},  # type: ignore[misc]
    "EXIF in AVIF": ("AVIF", lambda: with_exif("AVIF", exif()), ["gps", "owner", "serial"]),  # Pillow writes it anew
    "IPTC in JPEG": ("JPEG", lambda: with_segments(segment(0xED, APP13 + resource(1028, PLACES))), ["place"]),
    "IPTC in TIFF": ("TIFF", lambda: tiff_with(33723, PLACES), ["place"]),
    "IPTC of Photoshop in TIFF": ("TIFF", lambda: tiff_with(34377, resource(1028, PLACES)), ["place"]),
    "IPTC in PNG": ("PNG", lambda: with_chunks(raw_profile("iptc", resource(1028, PLACES))), ["place"]),
    "IPTC in GIF": (
        "GIF",
        lambda: with_extensions(b"\x21\xff\x0bMGKIPTC0000" + sub_blocks(PLACES)),
        ["place"],
    ),
    "EXIF in a text of a PNG": ("PNG", lambda: with_chunks(raw_profile("exif", b"Exif\0\0" + exif())), OF_EXIF),
    "EXIF in Photoshop's part of a JPEG": (
        "JPEG",
        lambda: with_segments(segment(0xED, APP13 + resource(1058, exif()))),
        OF_EXIF,
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_private_is_stored_and_all_the_rest_is(name: str) -> None:
    container, write, words = FILES[name]
    body = write()
    now, removed = cleaned(body, container)
    assert removed == words
    assert not [each for each in SECRETS if _holds(body, each) and _holds(now, each)]
    assert [each for each in SECRETS if _holds(body, each)]
    assert [each for each in KEPT if _holds(now, each)] == [each for each in KEPT if _holds(body, each)]
    assert shown(now) == shown(body)


def _holds(body: bytes, word: str) -> bool:
    return word.encode() in body or word.encode().hex().encode() in body


@pytest.mark.parametrize("container", [*CONTAINERS, "BMP"])
def test_a_file_without_anything_private_is_stored_as_it_came(container: str) -> None:
    body = saved(colour(1, 96, 64), container)
    assert cleaned(body, container) == (body, [])


@pytest.mark.parametrize("container", CONTAINERS)
def test_credentials_stay_as_they_are(container: str) -> None:
    body = credentialed(container, store())
    assert cleaned(body, container)[0] == body


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "says", [{"exif:GPSLatitude": "51,30.4N"}, {"exifEX:BodySerialNumber": "SN12345678"}, {"padding": "0" * (4 << 20)}]
)
def test_credentials_that_tell_place_or_device_cannot_be_stored(container: str, says: dict[str, str]) -> None:
    body = credentialed(container, store(assertion(says, "stds.exif", "json")))
    stored, patches = without_private(body, container, measure_digests(body))
    assert (stored.sha256, stored.failure, patches) == (None, "manifest", ())


@pytest.mark.parametrize(("says", "failure"), [("0,0", None), ("Latitude 0", "manifest")])
def test_credentials_that_nobody_looked_for_are_searched_for_the_words(says: str, failure: str | None) -> None:
    """Behind more packets than are read."""
    packets = b"".join(png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet()) for _ in range(64))
    body = with_chunks(packets + png_chunk(b"caBX", store(assertion({"said": says}, "stds.exif", "json"))))
    assert without_private(body, "PNG", measure_digests(body))[0].failure == failure


def test_what_is_taken_out_is_told_among_the_facts_in_words_that_are_stored() -> None:
    body = with_exif("JPEG", exif())
    facts, patches = with_stored(inspect(body, Limits()), body)
    assert facts.stored is not None
    assert facts.stored.removed == (Private.GPS, Private.OWNER, Private.SERIAL, Private.THUMBNAIL)
    assert facts.stored_sha256 == measure_digests(patched(body, patches)).sha256 != facts.digests.sha256
    assert facts.measured_by[-1] == ("altsieve-private-metadata", "1")
    assert repr(facts.stored) == f"<StoredBytes {len(body)} bytes>"


def test_of_what_is_no_picture_nothing_is_to_be_stored() -> None:
    facts = Facts(digests=measure_digests(b"no picture"))
    assert with_stored(facts, b"no picture") == (facts, ())
    assert facts.stored_sha256 == facts.digests.sha256


SOME = [
    (FILES[name][0], FILES[name][1]()) for name in FILES if name not in {f"EXIF in {each}, >" for each in CONTAINERS}
] + [("GIF", with_extensions(gif_xmp(packet()), b"\x21\xfe" + sub_blocks(b"/home/jane/heron.gif")))]
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4), st.integers(0, 4)), max_size=6)


@settings(deadline=None, max_examples=150)
@given(which=st.sampled_from(SOME), changes=CHANGES)
def test_whatever_is_broken_in_a_file_it_never_grows_and_a_second_look_finds_nothing(
    which: tuple[str, bytes], changes: list[tuple[float, bytes, int]]
) -> None:
    container, body = which
    for place, new, old in changes:
        at = int(place * len(body))
        body = body[:at] + new + body[at + old :]
    stored, patches = without_private(body, container, measure_digests(body))
    now = patched(body, patches)
    assert len(now) == len(body)
    ends = [0, *(each.offset + len(each.replacement) for each in patches)]
    assert all(end <= each.offset for end, each in zip(ends, patches, strict=False))
    if stored.sha256 is not None:
        again, more = without_private(now, container, measure_digests(now))
        assert (again.removed, more, again.sha256) == ((), (), stored.sha256)
