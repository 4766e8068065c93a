"""Claims about the directories of EXIF: entries leave without a trace, the rest stays, broken ones go as a whole."""

import struct

import pytest
from PIL import Image

from filters.measure.private_metadata.edits import Edits, Unremovable
from filters.measure.private_metadata.nested import blank_whole_exif
from tests.filters.measure.private_metadata.files import (
    EXIF,
    GPS,
    PLACES,
    TURNED,
    Entries,
    exif,
    packet,
    resource,
    tiff,
)


def blanked(data: bytes) -> tuple[bytes, list[str]]:
    edits = Edits(data)
    blank_whole_exif(edits.block((0, len(data))))
    assert len(edits.body) == len(data)
    return bytes(edits.body), sorted(edits.removed)


def read(data: bytes) -> dict[int, object]:
    held = Image.Exif()
    held.load(data)
    return {**dict(held), **{tag: value for each in (34665, 34853, 40965) for tag, value in held.get_ifd(each).items()}}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    ("private", "words"),
    [
        ({34853: GPS}, ["gps"]),
        ({42033: "SN12345678"}, ["serial"]),
        ({42033: "SN1"}, ["serial"]),
        ({34665: EXIF}, ["owner", "serial"]),
        ({269: "C:\\scans\\jane.tif"}, ["history"]),
        ({330: {256: 1}}, ["thumbnail"]),
        ({700: packet()}, ["gps", "history", "owner", "place", "serial"]),
        ({33723: PLACES}, ["place"]),
        ({34377: resource(1028, PLACES)}, ["place"]),
    ],
)
def test_an_entry_that_is_private_leaves_without_a_trace(
    private: Entries, words: list[str], order: str, big: bool
) -> None:
    rest: Entries = {282: (5, 1, struct.pack(order + "2I", 300, 1)), 33432: "(c) Ann 2026"}
    now, removed = blanked(tiff({**rest, **private}, order, big=big))
    assert removed == words
    assert b"SN1" not in now
    assert b"Sublocation" not in now
    if not big:  # Pillow reads no BigTIFF as EXIF
        left = read(now)
        assert (left[282], left[33432]) == (300, "(c) Ann 2026")
        assert not left.keys() & (set(private) - {34665, 700, 33723, 34377})
        assert not left.keys() & {37500, 42016, 42032, 42033}
    assert blanked(now) == (now, [])


def test_the_second_directory_and_what_no_entry_speaks_of_goes() -> None:
    now, removed = blanked(tiff({33432: "(c) Ann"}, following=b"\xff\xd8\xff a thumbnail"))
    assert (removed, b"thumbnail" in now) == (["thumbnail"], False)
    now, removed = blanked(tiff({33432: "(c) Ann"}) + b"left by another program")
    assert (removed, b"another" in now) == (["unread"], False)


def test_an_entry_whose_value_is_lost_or_of_no_known_kind_goes_and_the_rest_stays() -> None:
    data = tiff({33432: "(c) Ann", 40000: (99, 1, b"abcd"), 40001: (2, 1 << 30, b"far away")})
    now, removed = blanked(data)
    assert removed == ["unread"]
    assert read(now) == {33432: "(c) Ann"}


def test_a_value_that_two_entries_share_is_no_reason_to_lose_it() -> None:
    data = bytearray(tiff({282: (5, 1, struct.pack("<2I", 300, 1)), 283: (5, 1, bytes(8)), 42033: "SN12345678"}))
    data[30:34] = data[18:22]
    now, removed = blanked(bytes(data))
    assert removed == ["serial"]
    assert read(now)[282] == read(now)[283] == 300


def changed(at: int, form: str, *values: int, of: bytes = b"") -> bytes:
    data = bytearray(of or exif())
    struct.pack_into(form, data, at, *values)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II",
        b"no EXIF at all",
        b"II*\0\xff\xff\xff\xff" + bytes(20),
        changed(8, "<H", 300, of=tiff({315: "x"})),
        changed(8, "<H", 5000, of=tiff({315: "x"}) + bytes(70_000)),
        tiff({34665: (4, 1, struct.pack("<I", 1 << 20))}),
        tiff({34665: (2, 4, b"text")}),
        tiff({34665: (4, 300, bytes(1200))}),
        tiff({34853: GPS, 40965: (4, 1, struct.pack("<I", 10))}),
        tiff({34853: GPS, 33432: (2, 40, b"\0"), 34665: (4, 1, struct.pack("<I", 9))}),
    ],
    ids=lambda data: data[:12].hex(),
)
def test_what_cannot_be_read_goes_as_a_whole(data: bytes) -> None:
    now, removed = blanked(data)
    assert removed == (["unread"] if data else [])
    assert read(now) == {} if now[:2] == b"II" and len(now) > 14 else not now.strip(b"\0II*\x08")
    assert blanked(now) == (now, [])


def test_a_directory_that_leads_to_itself_is_read_once() -> None:
    now, removed = blanked(tiff({33432: "(c) Ann", 34665: (4, 1, struct.pack("<I", 8))}))
    assert (removed, read(now)[33432]) == ([], "(c) Ann")


def test_many_directories_are_not_followed() -> None:
    last = 8
    data = b"II*\0" + struct.pack("<I", 8)
    for _ in range(300):
        last += 18
        data += struct.pack("<HHHIII", 1, 34665, 4, 1, last, 0)
    assert blanked(data)[1] == ["unread"]


def test_broken_exif_still_says_how_the_picture_is_turned() -> None:
    data = tiff({274: TURNED, 33432: "(c) Ann", 34665: (4, 1, struct.pack("<I", 1 << 20))})
    now, removed = blanked(data)
    assert (removed, read(now)) == (["unread"], {274: 6})
    assert blanked(now) == (now, [])


def test_broken_exif_without_room_to_say_how_the_picture_is_turned_is_not_taken_out() -> None:
    directory_in_header = b"II*\0\x07\0\0\0\x01" + struct.pack("<HHII", 274, 3, 1, 6)
    with pytest.raises(Unremovable, match="exif"):
        blanked(directory_in_header)


def test_private_bytes_that_something_else_needs_stay_for_it() -> None:
    """A file may say that a serial number lies where its copyright does: nothing more is readable than before."""
    data = bytearray(tiff({33432: "(c) Ann 2026", 42033: "SN12345678"}))
    data[30:34] = data[18:22]
    now, removed = blanked(bytes(data))
    assert (removed, read(now)) == (["serial"], {33432: "(c) Ann 2026"})


def test_what_pillow_writes_it_reads_again() -> None:
    written = Image.Exif()
    written[315], written[274] = "Ann Artist", 8
    written.get_ifd(34665)[42033] = "SN12345678"
    written.get_ifd(34853)[1] = "N"
    now, removed = blanked(written.tobytes().removeprefix(b"Exif\0\0"))
    left = read(now)
    assert (removed, set(left), left[315], left[274]) == (["gps", "serial"], {315, 274, 34665}, "Ann Artist", 8)
