"""Read what an XMP packet says of the use of its picture, and which licences it names."""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from lxml import etree

from filters.facts import Rights
from filters.signals.licences import licence
from filters.signals.plus import read_data_mining
from filters.signals.signal import Licence, Saying
from filters.signals.tdmrep import read_reservation

_PARSER: Final = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_MOST_ATTRIBUTES: Final = 600
"""Of one element. libxml2 needs a quarter of a minute for ninety thousand; raw converters write three hundred."""
_MOST_PROPERTIES: Final = 1000
_MOST_TEXTS: Final = 64
_MOST_CREDIT_CHARACTERS: Final = 200
_ILLEGAL: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DATA_MINING: Final = "plus:DataMining"
_CONSTRAINTS: Final = "plus:OtherConstraints"
_RESERVATION: Final = "tdm:reservation"
_POLICY: Final = "tdm:policy"
_CREDITS: Final = ("photoshop:Credit", "dc:rights")
_LICENCES: Final = ("cc:license", "dct:license", "xmpRights:WebStatement")
_PREFIXES: Final = {
    "ns.useplus.org/ldf/xmp/1.0": "plus",
    "www.w3.org/ns/tdmrep": "tdm",
    "creativecommons.org/ns": "cc",
    "purl.org/dc/terms": "dct",
    "purl.org/dc/elements/1.1": "dc",
    "ns.adobe.com/photoshop/1.0": "photoshop",
    "ns.adobe.com/xap/1.0/rights": "xmpRights",
}
"""Of a namespace without its scheme and the mark at its end, which are written now so and now so."""
_MAY_DENY: Final = frozenset({_DATA_MINING, _RESERVATION})
_READ: Final = frozenset({_DATA_MINING, _CONSTRAINTS, _RESERVATION, _POLICY, *_CREDITS, *_LICENCES})
_LOCAL_NAMES: Final = frozenset(each.partition(":")[2] for each in _READ)


class NotXmp(ValueError):
    """It is no XML, or such as we do not read: with a document type, or with very many attributes."""


def read_xmp(packet: bytes, found_in: str) -> Rights:
    """Return what the packet says, wherever in it and in whichever way of RDF; raise NotXmp if it cannot be read."""
    text = _ILLEGAL.sub("", _decoded(packet)).strip("\ufeff \t\r\n")
    if not text:
        return Rights()
    said = _properties(_parsed(text))
    return Rights(sayings=tuple(_sayings(said, found_in)), licences=tuple(_licences(said, found_in)))


def _decoded(packet: bytes) -> str:
    """What it says of its own encoding is not asked: the standard has three, and they differ in their first bytes."""
    encoding = next((name for start, name in _ENCODINGS if packet.startswith(start)), "utf-8")
    return packet.decode(encoding, "replace")


def _parsed(text: str) -> etree._Element:
    if "<!DOCTYPE" in text:
        raise NotXmp("it declares a document type")
    if any(tag.count("=") > _MOST_ATTRIBUTES for tag in text.split("<")):
        raise NotXmp("an element has too many attributes")
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), _PARSER)
    except etree.XMLSyntaxError as error:
        raise NotXmp("it is not XML") from error


def _properties(root: etree._Element) -> Mapping[str, list[str]]:
    said: defaultdict[str, list[str]] = defaultdict(list)
    for count, (name, values) in enumerate(_all_properties(root)):
        if count == _MOST_PROPERTIES:
            raise NotXmp("it says too much")
        said[name].extend(values)
    return said


def _all_properties(root: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for element in root.iter():
        if (name := _name(element.tag)) is not None:
            yield name, _values(element, name)
        for key, value in element.attrib.items():
            if (name := _name(key)) is not None:
                yield name, [str(value)]


def _name(qualified: object) -> str | None:
    """Return the name with the usual prefix if it is one that is read here."""
    namespace, _, local = str(qualified).rpartition("}")
    if local not in _LOCAL_NAMES:
        return None
    name = f"{_PREFIXES.get(namespace.partition('://')[2].rstrip('/#'))}:{local}"
    return name if name in _READ else None


def _values(element: etree._Element, name: str) -> list[str]:
    """Return the texts in an element, and what it and those in it refer to."""
    texts = [str(each) for each in islice(element.itertext(), _MOST_TEXTS + 1)]
    within = list(islice(element.iter(), _MOST_TEXTS + 1))
    if name in _MAY_DENY and max(len(texts), len(within)) > _MOST_TEXTS:
        raise NotXmp("a property has too many values")
    attributes = [(str(key), str(value)) for each in within for key, value in each.attrib.items()]
    referred = [value for key, value in attributes if key.endswith(("}resource", "}value"))]
    return [each.strip() for each in (*texts, *referred) if each.strip()] or [""]


def _sayings(said: Mapping[str, list[str]], found_in: str) -> Iterator[Saying]:
    constraints = "; ".join(filter(None, said.get(_CONSTRAINTS, [])))
    policy = next(iter(said.get(_POLICY, [])), "")
    for value in dict.fromkeys(said.get(_DATA_MINING, [])):
        yield read_data_mining(value, constraints, f"{found_in} {_DATA_MINING}")
    if constraints and _DATA_MINING not in said:
        yield read_data_mining("", constraints, f"{found_in} {_CONSTRAINTS}")
    for value in dict.fromkeys(said.get(_RESERVATION, [])):
        yield read_reservation(value, policy, f"{found_in} {_RESERVATION}")


def _licences(said: Mapping[str, list[str]], found_in: str) -> Iterator[Licence]:
    credit = next((each[:_MOST_CREDIT_CHARACTERS] for name in _CREDITS for each in said.get(name, []) if each), None)
    for name in _LICENCES:
        for url in dict.fromkeys(said.get(name, [])):
            found = licence(url, found_in=f"{found_in} {name}", nearness=0, credit=credit)
            if found is not None:
                yield found
