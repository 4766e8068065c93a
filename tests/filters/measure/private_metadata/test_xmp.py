"""Claims about XMP packets: what is private becomes spaces, the rest stays, and what cannot be read becomes spaces."""

import pytest
from lxml import etree

from filters.measure.private_metadata.edits import Edits, Unremovable
from filters.measure.private_metadata.xmp import blank_xmp
from filters.measure.xmp import read_xmp
from tests.filters.measure.private_metadata.files import packet, short


def blanked(data: bytes) -> tuple[bytes, list[str]]:
    edits = Edits(data)
    blank_xmp(edits.block((0, len(data))))
    assert len(edits.body) == len(data)
    return bytes(edits.body), sorted(edits.removed)


@pytest.mark.parametrize(
    ("properties", "attributes", "words"),
    [
        ("<exif:GPSLatitude>SECRET</exif:GPSLatitude>", "", ["gps"]),
        ("<exif:GPSLatitude rdf:resource='SECRET'/>", "", ["gps"]),
        ("", 'exif:GPSLongitude="SECRET"', ["gps"]),
        ("", "exif:GPSLongitude = 'SECRET'", ["gps"]),
        ("", 'drone:FlightYaw="SECRET"', ["gps"]),
        ("", 'aux:SerialNumber="SECRET"', ["serial"]),
        ("", 'exifEX:BodySerialNumber="SECRET"', ["serial"]),
        ("<exif:MakerNote>SECRET</exif:MakerNote>", "", ["serial"]),
        ("", 'aux:OwnerName="SECRET"', ["owner"]),
        ("", 'Iptc4xmpCore:Location="SECRET"', ["place"]),
        (
            "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li>SECRET</rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>",
            "",
            ["place"],
        ),
        ("<xmp:Thumbnails><rdf:Alt><rdf:li xmpGImg:image='SECRET'/></rdf:Alt></xmp:Thumbnails>", "", ["thumbnail"]),
        ("<xmpMM:History><rdf:Seq><rdf:li>SECRET</rdf:li></rdf:Seq></xmpMM:History>", "", ["history"]),
        ("", 'darktable:auto_presets_applied="SECRET"', ["history"]),
        ('<q:City xmlns:q="https://ns.adobe.com/photoshop/1.0/">SECRET</q:City>', "", ["place"]),
        ('<City xmlns="http://ns.adobe.com/photoshop/1.0/">SECRET</City>', "", ["place"]),
        ("<exif:GPSLatitude><![CDATA[</exif:GPSLatitude>SECRET]]></exif:GPSLatitude>", "", ["gps"]),
        ("<!-- <exif:GPSLatitude>SECRET</exif:GPSLatitude> -->", "", ["unread"]),
        ("<?note SECRET?>", "", ["unread"]),
    ],
)
def test_what_is_private_becomes_spaces_and_the_packet_stays_well_formed(
    properties: str, attributes: str, words: list[str]
) -> None:
    kept = "<dc:rights>All rights reserved</dc:rights><xmpRights:WebStatement>https://a.test/</xmpRights:WebStatement>"
    now, removed = blanked(packet(properties + kept, attributes))
    assert (removed, b"SECRET" in now, b"All rights reserved" in now) == (words, False, True)
    etree.fromstring(now)
    assert [each.url for each in read_xmp(now, "xmp").licences] == ["https://a.test/"]
    assert blanked(now) == (now, [])


@pytest.mark.parametrize(
    "properties",
    [
        "<dc:title>GPS and serial numbers</dc:title>",
        '<dc:City xmlns:dc="http://purl.org/dc/elements/1.1/">of a book</dc:City>',
        "<exif:ExposureTime>1/60</exif:ExposureTime>",
        "<plus:Licensor><rdf:Seq><rdf:li rdf:parseType='Resource'/></rdf:Seq></plus:Licensor>",
        "<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiAdrCity='Bern'/>",
    ],
)
def test_what_is_not_private_stays(properties: str) -> None:
    data = packet(properties, 'City="no namespace"')
    assert blanked(data) == (data, [])


NESTED = "<rdf:li>" * 400 + "</rdf:li>" * 400
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "data",
    [
        BOMB + packet(),
        packet("<exif:GPSLatitude>51"),
        packet("<dc:title></exif:GPSLatitude>"),
        packet("</dc:title>"),
        packet("<unknown:name/>"),
        packet("<dc:title a=1/>"),
        packet("<dc:title <b/>"),
        packet('<q:City xmlns:q="http://ns.adobe.com/photoshop/1&#46;0/">Bern</q:City>'),
        packet(NESTED),
        packet(f"<x {' '.join(f'xmlns:n{number}=' + chr(34) + 'u:' + chr(34) for number in range(600))}/>"),
        packet().decode().encode("utf-16-le"),
        packet().decode().encode("utf-32-be"),
        packet("<dc:title>\0</dc:title>"),
        b'<xmpMM:x xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">secret</xmpMM:x>',
        b"<?xpacket" * 50_000,
        b"<a" * 50_000,
        b"<!--" * 50_000,
        b"<a " + b"a= " * 50_000,
    ],
    ids=short,
)
def test_what_cannot_be_read_becomes_spaces(data: bytes) -> None:
    now, removed = blanked(data)
    assert (now.strip(b" "), removed) == (b"", ["unread"])
    assert blanked(now) == (now, [])


def test_a_packet_of_too_many_tags_becomes_spaces() -> None:
    assert blanked(b"<r>" + b"<a/>" * 100_001 + b"</r>")[1] == ["unread"]


def test_a_packet_that_turns_the_picture_and_cannot_be_read_is_not_taken_out() -> None:
    with pytest.raises(Unremovable, match="xmp"):
        blanked(packet("<broken", 'tiff:Orientation="6"'))


@pytest.mark.parametrize("data", [b"", b"   ", b"\0\0", b"no XML at all"])
def test_where_no_tag_is_nothing_is_private(data: bytes) -> None:
    assert blanked(data) == (data, [])
