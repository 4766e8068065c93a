import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.measure.xmp import NotXmp, read_xmp
from filters.signals.signal import Protocol, Says
from tests.filters.measure.marked import PLUS, PROHIBITED, xmp

WAYS_OF_WRITING = {
    "text": xmp(f"<plus:DataMining>{PROHIBITED}</plus:DataMining>"),
    "text without the address": xmp("<plus:DataMining> DMI-PROHIBITED\n</plus:DataMining>"),
    "attribute": xmp("", f'plus:DataMining="{PROHIBITED}"'),
    "attribute without the address": xmp("", 'plus:DataMining="DMI-PROHIBITED-AIMLTRAINING"'),
    "resource": xmp(f'<plus:DataMining rdf:resource="{PROHIBITED}"/>'),
    "value": xmp(
        f"<plus:DataMining><rdf:Description><rdf:value>{PROHIBITED}</rdf:value></rdf:Description></plus:DataMining>"
    ),
    "value as attribute": xmp(f'<plus:DataMining><rdf:Description rdf:value="{PROHIBITED}"/></plus:DataMining>'),
    "bag": xmp(f'<plus:DataMining><rdf:Bag><rdf:li rdf:resource="{PROHIBITED}"/></rdf:Bag></plus:DataMining>'),
    "second of a bag": xmp(
        "<plus:DataMining><rdf:Bag><rdf:li>DMI-ALLOWED</rdf:li><rdf:li>DMI-PROHIBITED</rdf:li></rdf:Bag></plus:DataMining>"
    ),
    "another prefix": xmp(f'<x1:DataMining xmlns:x1="{PLUS}">{PROHIBITED}</x1:DataMining>'),
    "no prefix": xmp(f'<DataMining xmlns="{PLUS}">{PROHIBITED}</DataMining>'),
    "https and no slash": xmp(f'<x1:DataMining xmlns:x1="https{PLUS[4:-1]}">{PROHIBITED}</x1:DataMining>'),
    "deep inside": xmp(f"<x><y><plus:DataMining>{PROHIBITED}</plus:DataMining></y></x>"),
    "comment, instruction, CDATA and reference inside": xmp(
        "<plus:DataMining>DMI-<!-- x -->PRO<?x y?>HIB<![CDATA[IT]]>E&#68;</plus:DataMining>"
    ),
    "after an XML declaration": b'\n<?xml version="1.0" encoding="ISO-8859-1"?>' + xmp(),
    "UTF-16, small end first": xmp().decode().encode("utf-16-le"),
    "UTF-16, big end first": xmp().decode().encode("utf-16-be"),
    "UTF-16 with a mark": xmp().decode().encode("utf-16"),
    "UTF-32, small end first": xmp().decode().encode("utf-32-le"),
    "UTF-32, big end first": xmp().decode().encode("utf-32-be"),
    "UTF-32 with a mark": xmp().decode().encode("utf-32"),
    "UTF-8 with a mark": xmp().decode().encode("utf-8-sig"),
    "zeros around": b"\0\0\0\0\0" + xmp() + bytes(20),
    "bytes that are no UTF-8": xmp(f"<dc:rights>@</dc:rights><plus:DataMining>{PROHIBITED}</plus:DataMining>").replace(
        b"@", b"\xa9 \xff\x01"
    ),
}


@pytest.mark.parametrize("packet", WAYS_OF_WRITING.values(), ids=WAYS_OF_WRITING)
def test_a_prohibition_is_read_in_every_way_of_writing(packet: bytes) -> None:
    says = {each.says for each in read_xmp(packet, "xmp").sayings}
    assert Says.DENY in says


def test_a_saying_names_its_place_and_its_words() -> None:
    constraints = '<rdf:Alt><rdf:li xml:lang="x-default">Ask me</rdf:li></rdf:Alt>'
    packet = xmp(f"<plus:OtherConstraints>{constraints}</plus:OtherConstraints>", f'plus:DataMining="{PROHIBITED}"')
    (saying,) = read_xmp(packet, "xmp").sayings
    assert (saying.protocol, saying.found_in) == (Protocol.PLUS, "xmp plus:DataMining")
    assert saying.raw == f"{PROHIBITED}; constraints: Ask me"


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ("<plus:DataMining>DMI-ALLOWED</plus:DataMining>", [Says.ALLOW]),
        ("<plus:DataMining>DMI-UNSPECIFIED</plus:DataMining>", [Says.UNKNOWN]),
        ("<plus:DataMining>DMI-WHATEVER</plus:DataMining>", [Says.UNKNOWN]),
        ("<plus:DataMining/>", [Says.UNKNOWN]),
        ("<plus:OtherConstraints>Ask me</plus:OtherConstraints>", [Says.UNKNOWN]),
        ("<plus:OtherConstraints> </plus:OtherConstraints>", []),
        ('<o:DataMining xmlns:o="http://other.test/">DMI-PROHIBITED</o:DataMining>', []),
        ("<plus:Licensor>DMI-PROHIBITED</plus:Licensor>", []),
        ("<dc:license>DMI-PROHIBITED</dc:license>", []),
        ("<tdm:reservation>1</tdm:reservation>", [Says.DENY]),
        ("<tdm:reservation> 0 </tdm:reservation>", [Says.ALLOW]),
        ("<tdm:reservation>yes</tdm:reservation>", [Says.UNKNOWN]),
        ("", []),
    ],
)
def test_other_words_allow_or_say_nothing(properties: str, says: list[Says]) -> None:
    assert [each.says for each in read_xmp(xmp(properties), "xmp").sayings] == says


def test_a_reservation_is_one_of_the_protocol_for_text_and_data_mining_and_names_its_policy() -> None:
    written = xmp("", 'tdm:reservation="1" tdm:policy="https://policy.test/p.json"')
    (saying,) = read_xmp(written, "xmp").sayings
    assert (saying.protocol, saying.says, saying.found_in) == (Protocol.TDMREP, Says.DENY, "xmp tdm:reservation")
    assert "https://policy.test/p.json" in saying.raw
    hashed = written.replace(b"/ns/tdmrep/", b"/ns/tdmrep#")
    assert read_xmp(hashed, "xmp").sayings[0].says is Says.DENY


def test_licences_and_credit_are_read() -> None:
    licences = read_xmp(
        xmp(
            '<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/><cc:license>none</cc:license>'
            "<dc:rights><rdf:Alt><rdf:li>(c) Ann</rdf:li></rdf:Alt></dc:rights>",
            'xmpRights:WebStatement="https://ann.test/rights" photoshop:Credit="Ann / Agency"',
        ),
        "xmp",
    ).licences
    assert [(each.url, each.found_in) for each in licences] == [
        ("https://creativecommons.org/licenses/by/4.0/", "xmp cc:license"),
        ("https://ann.test/rights", "xmp xmpRights:WebStatement"),
    ]
    assert {each.nearness for each in licences} == {0}
    assert {each.credit for each in licences} == {"Ann / Agency"}


def test_rights_are_the_credit_where_no_other_is_and_stay_short() -> None:
    written = '<cc:license rdf:resource="https://l.test/"/><dc:rights>{}</dc:rights>'
    assert read_xmp(xmp(written.format(" (c) Ann ")), "xmp").licences[0].credit == "(c) Ann"
    assert len(read_xmp(xmp(written.format("y" * 5000)), "xmp").licences[0].credit or "") == 200
    assert read_xmp(xmp(written.format(" ")), "xmp").licences[0].credit is None


@pytest.mark.parametrize("packet", [b"", b" \n", b"\0\0\0", "\ufeff".encode("utf-16")])
def test_an_empty_packet_says_nothing(packet: bytes) -> None:
    assert read_xmp(packet, "xmp").sayings == ()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def external(path: Path) -> str:
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{path.as_uri()}">]>'
    return f'{declared}<x xmlns:plus="{PLUS}"><plus:DataMining>&e;</plus:DataMining></x>'


@pytest.mark.parametrize(
    "packet",
    [
        b"not XML",
        b"<x>",
        xmp("<unbound:a/>"),
        xmp("&undeclared;"),
        (LAUGHS + "<x>&i;</x>").encode(),
        (LAUGHS + '<x a="&i;"/>').encode("utf-16"),
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
        b"<x>" * 1000,
        xmp("", " ".join(f'a{number}=""' for number in range(1000))),
        xmp(f"<plus:DataMining>{'<x>y</x>' * 100}</plus:DataMining>"),
        xmp(f"<tdm:reservation>{'<x/>' * 100}</tdm:reservation>"),
        xmp("<dc:rights>x</dc:rights>" * 1001),
    ],
    ids=[
        "nothing",
        "open",
        "unbound",
        "undeclared",
        "laughs",
        "laughs-in-UTF-16",
        "external",
        "deep",
        "wide",
        "many",
        "empty",
        "much",
    ],
)
def test_what_is_not_read_is_no_xmp(packet: bytes) -> None:
    with pytest.raises(NotXmp):
        read_xmp(packet, "xmp")


def test_an_external_entity_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("DMI-PROHIBITED")
    with pytest.raises(NotXmp):
        read_xmp(external(tmp_path / "secret").encode(), "xmp")


def test_rights_in_many_languages_do_not_hinder() -> None:
    many = "".join(f"<rdf:li>{number}</rdf:li>" for number in range(200))
    packet = xmp(f"<dc:rights>{many}</dc:rights><plus:DataMining>{PROHIBITED}</plus:DataMining>")
    assert read_xmp(packet, "xmp").sayings[0].says is Says.DENY


@settings(deadline=None, max_examples=150)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32-le"]),
    st.integers(0, 700),
)
def test_any_text_in_a_packet_is_read_or_is_no_xmp(text: str, encoding: str, cut: int) -> None:
    packet = xmp(f"<plus:DataMining>{text}</plus:DataMining>").decode().encode(encoding)
    for each in (packet, packet[cut:], packet[:-cut]):
        with contextlib.suppress(NotXmp):
            for saying in read_xmp(each, "xmp").sayings:
                saying.raw.encode()
