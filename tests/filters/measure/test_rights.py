import random
import struct
import zlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.facts import Facts, Rights
from filters.measure.metadata import MOST_BYTES, Kind
from filters.measure.picture import Limits, inspect
from filters.measure.rights import read_rights
from filters.signals.signal import Protocol, Says
from tests.filters.measure.marked import (
    CONTAINERS,
    EXTENSION,
    GUID,
    LABEL,
    PROHIBITED,
    XAP,
    XMP_UUID,
    assertion,
    box,
    credentialed,
    exif_with,
    extension,
    gif_xmp,
    itxt,
    marked,
    packets,
    png_chunk,
    raw_profile,
    riff_chunk,
    segment,
    store,
    sub_blocks,
    superbox,
    tiff_with,
    with_chunks,
    with_extensions,
    with_riff_chunks,
    with_segments,
    xmp,
)
from tests.filters.measure.pictures import colour, saved
from tests.filters.measure.test_containers import multi_picture
from tests.filters.measure.test_xmp import WAYS_OF_WRITING

ATTRIBUTE = xmp("", f'plus:DataMining="{PROHIBITED}"')
RESOURCE = xmp(f'<plus:DataMining rdf:resource="{PROHIBITED}"/>')
ALLOWED = xmp("<plus:DataMining>DMI-ALLOWED</plus:DataMining>")
STORE = store(assertion())


def says(body: bytes, container: str) -> list[Says]:
    return [each.says for each in read_rights(body, container).sayings]


def in_app1(packet: bytes) -> bytes:
    return segment(0xE1, XAP + packet)


def two_jpegs(second: bytes) -> bytes:
    body = multi_picture([colour(1, 64, 48), colour(2, 64, 48)])
    at = body.index(b"\xff\xd8\xff", 100)
    return body[: at + 2] + second + body[at + 2 :]


def in_pieces(packet: bytes, *, order: tuple[int, ...] = (1, 0), guid: bytes = GUID) -> bytes:
    half = len(packet) // 2
    pieces = [extension(packet[:half], 0, len(packet), guid), extension(packet[half:], half, len(packet), guid)]
    return with_segments(in_app1(xmp("")), *(pieces[each] for each in order))


BIG_EXIF = exif_with(xmp())
GOLDEN: dict[str, tuple[str, bytes]] = {
    **{f"{container} as Pillow writes it": (container, marked(container, xmp())) for container in CONTAINERS},
    **{f"{container} with an attribute": (container, marked(container, ATTRIBUTE)) for container in CONTAINERS},
    **{f"{container} with a resource": (container, marked(container, RESOURCE)) for container in CONTAINERS},
    **{f"{container} with C2PA": (container, credentialed(container, STORE)) for container in CONTAINERS},
    **{f"JPEG, {name}": ("JPEG", with_segments(in_app1(packet))) for name, packet in WAYS_OF_WRITING.items()},
    "JPEG, fill bytes and bare markers before": ("JPEG", with_segments(b"\xff\xff\x01\xff\xff", in_app1(xmp()))),
    "JPEG, extended": ("JPEG", in_pieces(xmp(), order=(0, 1))),
    "JPEG, extended, out of order": ("JPEG", in_pieces(xmp())),
    "JPEG, extended, nobody names it": ("JPEG", in_pieces(xmp(), guid=b"F" * 32)),
    "JPEG, in its EXIF": ("JPEG", with_segments(segment(0xE1, b"Exif\0\0" + BIG_EXIF))),
    "JPEG, second picture": ("JPEG", two_jpegs(in_app1(xmp()))),
    "JPEG, C2PA in many segments": ("JPEG", with_segments(*packets(STORE, 20))),
    "JPEG, C2PA out of order": ("JPEG", with_segments(*reversed(packets(STORE, 20)))),
    "JPEG, C2PA beside another box": (
        "JPEG",
        with_segments(*packets(box(b"othr", b"x" * 99), 20), *packets(STORE, 60, instance=2)),
    ),
    "PNG, packed": ("PNG", with_chunks(itxt(xmp(), packed=True))),
    "PNG, zTXt": ("PNG", with_chunks(png_chunk(b"zTXt", b"XML:com.adobe.xmp\0\0" + zlib.compress(xmp())))),
    "PNG, tEXt": ("PNG", with_chunks(png_chunk(b"tEXt", b"XML:com.adobe.xmp\0" + xmp()))),
    "PNG, raw profile": ("PNG", with_chunks(raw_profile("xmp", xmp()))),
    "PNG, raw APP1": ("PNG", with_chunks(raw_profile("APP1", XAP + xmp()))),
    "PNG, raw EXIF": ("PNG", with_chunks(raw_profile("exif", BIG_EXIF))),
    "PNG, raw EXIF of a segment": ("PNG", with_chunks(raw_profile("exif", b"Exif\0\0" + BIG_EXIF))),
    "PNG, EXIF": ("PNG", with_chunks(png_chunk(b"eXIf", BIG_EXIF))),
    "WEBP, name that ends with a zero": ("WEBP", with_riff_chunks(riff_chunk(b"XMP\0", xmp()))),
    "WEBP, EXIF": ("WEBP", with_riff_chunks(riff_chunk(b"EXIF", BIG_EXIF))),
    "GIF, in sub-blocks": ("GIF", with_extensions(b"\x21\xff\x0bXMP DataXMP" + sub_blocks(xmp()))),
    "GIF, after a byte order mark": ("GIF", with_extensions(gif_xmp(b"\xef\xbb\xbf" + xmp()))),
    "GIF, without a trailer": ("GIF", with_extensions(b"\x21\xff\x0bXMP DataXMP" + xmp() + b"\0")),
    "TIFF of several pages": ("TIFF", tiff_with(700, xmp(), pages=3)),
    "AVIF, box of its own": ("AVIF", saved(colour(1, 64, 48), "AVIF") + box(b"uuid", XMP_UUID + xmp())),
    "AVIF, bare C2PA": ("AVIF", saved(colour(1, 64, 48), "AVIF") + STORE),
}


@pytest.mark.parametrize(("container", "body"), GOLDEN.values(), ids=GOLDEN)
def test_a_no_is_heard_in_every_container_and_way_of_writing(container: str, body: bytes) -> None:
    denials = [each for each in read_rights(body, container).sayings if each.says is Says.DENY]
    assert [each for each in denials if "unread" not in each.found_in]
    assert read_rights(body, container.lower()) == read_rights(body, container)


@pytest.mark.parametrize("container", [*CONTAINERS, "BMP"])
def test_a_picture_of_which_nothing_is_said_has_rights_that_are_empty(container: str) -> None:
    assert inspect(saved(colour(1), container), Limits()).rights == Rights()


def test_a_format_that_is_not_ours_says_nothing() -> None:
    assert read_rights(b"whatever", "PDF") == Rights()


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_yes_allows_but_not_one_whose_signature_nobody_checked(container: str) -> None:
    names = ("ai_training", "ai_generative_training", "data_mining")
    uses = {"entries": {f"c2pa.{name}": {"use": "allowed"} for name in names}}
    assert says(marked(container, ALLOWED), container) == [Says.ALLOW]
    assert says(credentialed(container, store(assertion(uses, kind="json"))), container) == [Says.UNKNOWN]


def test_denials_come_first_whatever_their_order() -> None:
    body = with_segments(in_app1(ALLOWED), in_app1(xmp()), *packets(STORE, 100))
    assert says(body, "JPEG") == [Says.DENY, Says.DENY, Says.ALLOW]


def test_sayings_are_told_once_and_are_not_many() -> None:
    words = "".join(f"<plus:DataMining>DMI-{number}</plus:DataMining>" for number in range(50))
    body = with_segments(*[in_app1(xmp(words))] * 3, in_app1(xmp()))
    assert says(body, "JPEG") == [Says.DENY] + [Says.UNKNOWN] * 15


def test_licences_of_all_packets_are_named_once() -> None:
    licence = segment(0xE1, XAP + xmp('<cc:license rdf:resource="https://l.test/"/>'))
    (found,) = read_rights(with_segments(licence, licence), "JPEG").licences
    assert (found.url, found.nearness) == ("https://l.test/", 0)


def test_an_assertion_is_named_with_its_label() -> None:
    (saying,) = read_rights(credentialed("PNG", store(assertion(label=f"{LABEL}__2"))), "PNG").sayings
    assert (saying.protocol, saying.found_in) == (Protocol.C2PA, "c2pa cawg.training-mining__2")
    assert saying.raw == "cawg.ai_training: notAllowed"


def test_the_word_of_iptc_in_an_assertion_about_the_photo_is_heard() -> None:
    body = credentialed("PNG", store(assertion({"plus:DataMining": PROHIBITED}, "c2pa.metadata", "json")))
    (saying,) = read_rights(body, "PNG").sayings
    assert (saying.protocol, saying.says, saying.found_in) == (Protocol.PLUS, Says.DENY, "c2pa c2pa.metadata")


def test_other_assertions_and_padding_say_nothing() -> None:
    padded = superbox(LABEL, box(b"free", bytes(20)))
    assert says(credentialed("PNG", store(assertion({"actions": []}, "c2pa.actions"), padded)), "PNG") == []


UNREAD_XMP = {
    "no XML": b"<x:xmpmeta>{}",
    "a document type": b"<!DOCTYPE x><x>{}</x>",
}


@pytest.mark.parametrize("packet", UNREAD_XMP.values(), ids=UNREAD_XMP)
@pytest.mark.parametrize(
    ("words", "protocol", "expected"),
    [
        (b"DMI-ALLOWED", Protocol.PLUS, Says.UNKNOWN),
        (b"DMI-PROHIBITED", Protocol.PLUS, Says.DENY),
        (b'tdm:reservation="1"', Protocol.TDMREP, Says.DENY),
        (b'tdm:reservation="0"', Protocol.PLUS, Says.UNKNOWN),
    ],
)
def test_xmp_that_cannot_be_read_denies_if_the_words_of_a_no_stand_in_it(
    packet: bytes, words: bytes, protocol: Protocol, expected: Says
) -> None:
    (saying,) = read_rights(with_segments(segment(0xE1, XAP + packet.replace(b"{}", words))), "JPEG").sayings
    assert (saying.protocol, saying.says) == (protocol, expected)
    assert saying.found_in.startswith("xmp, unread: it ")


@pytest.mark.parametrize(("use", "expected"), [(b"notAllowed", Says.DENY), (b"allowed", Says.UNKNOWN)])
def test_c2pa_that_cannot_be_read_denies_if_the_words_of_a_no_stand_in_it(use: bytes, expected: Says) -> None:
    for body in (b"garbage " + use, store(superbox(LABEL, box(b"cbor", b"\xff" + use)))):
        (saying,) = read_rights(credentialed("PNG", body), "PNG").sayings
        assert (saying.protocol, saying.says) == (Protocol.C2PA, expected)
        assert ", unread: " in saying.found_in


BIG = b"<x>" + b"y" * MOST_BYTES[Kind.XMP] + b"{}</x>"


@pytest.mark.parametrize(("words", "expected"), [(b"DMI-PROHIBITED", Says.DENY), (b"", Says.UNKNOWN)])
@pytest.mark.parametrize("container", ["PNG", "WEBP", "TIFF", "GIF", "AVIF"])
def test_a_packet_that_is_too_large_is_unread_and_searched_for_the_words_of_a_no(
    container: str, words: bytes, expected: Says
) -> None:
    (saying,) = read_rights(marked(container, BIG.replace(b"{}", words)), container).sayings
    assert (saying.says, saying.found_in.partition(", ")[2]) == (expected, "unread: it is too large")


@pytest.mark.parametrize(("words", "expected"), [(b"DMI-PROHIBITED", Says.DENY), (b"", Says.UNKNOWN)])
def test_an_extended_packet_that_is_too_large_is_unread_and_searched(words: bytes, expected: Says) -> None:
    packet = BIG.replace(b"{}", words)
    starts = range(0, len(packet), 60_000)
    body = with_segments(*(extension(packet[at : at + 60_000], at, len(packet)) for at in starts))
    (saying,) = read_rights(body, "JPEG").sayings
    assert (saying.says, saying.found_in) == (expected, "extended xmp, unread: it is too large")


def test_packets_that_are_too_large_together_are_unread() -> None:
    half = xmp(f"<dc:rights>{'y' * (MOST_BYTES[Kind.XMP] // 2)}</dc:rights>")
    body = with_chunks(itxt(half), itxt(half), itxt(xmp("")), png_chunk(b"caBX", STORE))
    assert [(each.says, each.found_in) for each in read_rights(body, "PNG").sayings] == [
        (Says.DENY, "c2pa cawg.training-mining"),
        (Says.UNKNOWN, "xmp in a text chunk, unread: there is too much of its kind"),
    ]


@pytest.mark.parametrize(("last", "expected"), [(xmp(), Says.DENY), (ALLOWED, Says.UNKNOWN)])
def test_of_too_many_packets_the_last_are_only_searched(last: bytes, expected: Says) -> None:
    body = with_segments(*[in_app1(xmp(""))] * 64, in_app1(last))
    sayings = read_rights(body, "JPEG").sayings
    assert sayings[0].says is expected
    assert {each.found_in for each in sayings} == {
        "xmp, unread: the file has too many packets",
        "c2pa, unread: the file has too many packets",
    }


@pytest.mark.parametrize("order", [(0,), (1,), (0, 0, 1)])
def test_pieces_that_are_missing_or_double_are_unread(order: tuple[int, ...]) -> None:
    (saying,) = read_rights(in_pieces(ALLOWED, order=order), "JPEG").sayings
    assert (saying.says, saying.found_in) == (Says.UNKNOWN, "extended xmp, unread: pieces are missing")
    assert Says.DENY in says(in_pieces(b"PROHIBITED" + xmp() + b"PROHIBITED", order=order), "JPEG")


def test_packets_of_c2pa_that_are_missing_are_unread() -> None:
    whole = packets(STORE, 90)
    (saying,) = read_rights(with_segments(*whole[:-1]), "JPEG").sayings
    assert (saying.says, saying.found_in) == (Says.UNKNOWN, "c2pa, unread: a box is larger than what it lies in")
    (saying,) = read_rights(with_segments(whole[0], whole[2].replace(b"notAllowed", b"allowed")), "JPEG").sayings
    assert (saying.says, saying.found_in) == (Says.UNKNOWN, "c2pa, unread: pieces are missing")
    assert says(with_segments(*whole[1:]), "JPEG") == [Says.DENY]


def test_rights_do_not_change_what_is_wrong_with_a_file() -> None:
    body = marked("JPEG", xmp())
    cut = inspect(body[:-40], Limits())
    assert cut.flaw is inspect(saved(colour(1, 64, 48), "JPEG")[:-40], Limits()).flaw
    assert inspect(b"no picture", Limits()).rights is None
    found = inspect(body, Limits())
    assert found.flaw is None
    assert found.rights == read_rights(body, "JPEG")


def test_facts_travel_with_their_rights_and_old_ones_have_none() -> None:
    packet = xmp('<cc:license rdf:resource="https://l.test/"/>', "plus:DataMining='x'")
    facts = inspect(marked("JPEG", packet), Limits())
    assert facts.rights is not None
    assert facts.rights.licences
    assert facts.rights.sayings
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts) == facts
    plain = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(facts)))
    assert msgspec.convert(plain, Facts) == facts
    del plain["rights"]
    assert msgspec.convert(plain, Facts).rights is None


WHOLE = [*GOLDEN.values(), *((name, saved(colour(1, 32, 32), name)) for name in CONTAINERS)]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(WHOLE), st.floats(0, 1))
def test_a_truncated_file_never_raises(whole: tuple[str, bytes], part: float) -> None:
    container, body = whole
    read_rights(body[: int(len(body) * part)], container)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(WHOLE), st.integers(0, 2**32), st.integers(1, 40))
def test_a_damaged_file_never_raises(whole: tuple[str, bytes], seed: int, times: int) -> None:
    container, body = whole
    chance = random.Random(seed)  # noqa: S311 - a seed that can be told again
    damaged = bytearray(body)
    for _ in range(times):
        damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
    msgspec.json.encode(read_rights(bytes(damaged), container))


STARTS = {
    "JPEG": b"\xff\xd8\xff\xe1",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "WEBP": b"RIFF\0\0\0\0WEBP",
    "GIF": b"GIF89a",
    "TIFF": b"MM\0+\0\x08\0\0",
    "AVIF": b"\0\0\0\x08ftyp",
}


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(STARTS)), st.binary(max_size=400))
def test_any_bytes_never_raise(container: str, body: bytes) -> None:
    read_rights(body, container)
    read_rights(STARTS[container] + body, container)
    read_rights(STARTS[container] + EXTENSION + struct.pack(">I", len(body)) + body, container)
