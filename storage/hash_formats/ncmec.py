"""Read NCMEC's hash-sharing XML, version 2: pages of an exchange, and files of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Final

from lxml import etree

from storage.hash_formats.bounded import Bounded
from storage.hash_formats.listed import ListedHash, Told, label, listed_hash, severity_of
from storage.hash_formats.updates import Update, instant
from storage.list_lines import BadList, RejectReason

SCHEME: Final = "ncmec"
_GROUPS: Final = frozenset({"images", "videos"})
_LISTED: Final = frozenset({"image", "video"})
_DELETED: Final = frozenset({"deletedImage", "deletedVideo"})
_READ: Final = frozenset({"md5", "sha1", "sha256", "pdq"})

Element = etree._Element  # lxml gives its element type no public name


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One answer of the exchange. `next_url` is where the rest is, None on the last page; it must not be kept for long.

    `announced` is how many updates the page says it has, None if it does not say. `newest_at` is the newest
    `maxTimestamp`; entries do not come in the order of time, so only a range that was read to its end is read.
    """

    updates: tuple[Update, ...]
    next_url: str | None
    newest_at: datetime | None
    announced: int | None


def read_page(source: bytes) -> Page:
    """Return a page; raise `BadList` if any part of it cannot be read, for skipping it would lose it for good."""
    updates: list[Update] = []
    next_url, announced, newest = None, None, None
    for element in _elements(BytesIO(source)):
        match _name(element):
            case "next":
                next_url = _words(element) or None
            case "images" | "videos":
                announced = (announced or 0) + _count(element)
                moment = instant(element.get("maxTimestamp"))
                newest = max(filter(None, (newest, moment)), default=None)
            case _:
                updates.append(_whole(element))
    return Page(updates=tuple(updates), next_url=next_url, newest_at=newest, announced=announced)


def read_ncmec(source: BinaryIO) -> Iterator[Told]:
    """Yield the hashes of a file of such pages' form, however long; what it says is deleted later is left out.

    A deletion counts unless its entry is younger. A fingerprint of a type that is not read is `Rejected`.
    """
    begin = source.tell()
    deleted = {each.key: each.at for each in _entries(source) if isinstance(each, Update) and each.hashes is None}
    source.seek(begin)
    for number, each in enumerate(_entries(source), start=1):
        if each is None:
            yield number, RejectReason.BROKEN_ROW
        elif each.hashes is None or _outlived(each, deleted):
            yield number, RejectReason.WITHDRAWN
        else:
            yield from ((number, found) for found in each.found)


def _entries(source: BinaryIO) -> Iterator[Update | None]:
    for element in _elements(source):
        if _name(element) not in _GROUPS | {"next"}:
            yield _update(element)


def _elements(source: BinaryIO) -> Iterator[Element]:
    """Yield each entry, group and `next` when it ends, and forget it; memory holds one."""
    bounded = Bounded(source)
    parsing = etree.iterparse(
        bounded,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,  # one within an id or a hash would cut it off
        remove_pis=True,
    )
    try:
        for event, element in parsing:
            if element.getparent() is None and event == "start":
                _require_answer(element)
            elif event == "end" and _is_told(element):
                bounded.record_ended()
                yield element
                element.clear(keep_tail=True)
                _forget_before(element)
    except etree.XMLSyntaxError as error:
        raise BadList(f"the XML breaks off or is broken (line {error.lineno}); nothing was imported") from None


def _require_answer(root: Element) -> None:
    if _name(root) != "queryResult":
        raise BadList("the XML is no queryResult of NCMEC's hash sharing; nothing was imported")
    if root.getroottree().docinfo.internalDTD is not None:  # an entity that is not expanded could hide a hash
        raise BadList("the XML declares a document type, which answers of the exchange never do; nothing was imported")


def _is_told(element: Element) -> bool:
    parent = element.getparent()
    if parent is None:
        return False
    return (
        _name(parent) in _GROUPS or _name(element) in _GROUPS or (_name(parent), _name(element)) == ("paging", "next")
    )


def _forget_before(element: Element) -> None:
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _whole(element: Element) -> Update:
    update = _update(element)
    if update is None:
        raise BadList("an entry of the exchange cannot be read: it names no member, no id, or is of a kind unknown")
    return update


def _update(element: Element) -> Update | None:
    key, moment = _key(element), instant(_text(element, "timestamp"))
    if key is None or _name(element) not in _LISTED | _DELETED:
        return None
    if _name(element) in _DELETED:
        return Update(key=key, hashes=None, at=moment)
    severity = severity_of(SCHEME, _text(element, "classification"))
    return Update.of(key, _fingerprints(element, key, severity), moment)


def _fingerprints(element: Element, key: str, severity: str) -> Iterator[ListedHash | RejectReason]:
    """Yield all that an entry has; those that are served elsewhere, such as TMK, have no text and are not read."""
    for each in element.iterfind("{*}fingerprints/{*}*"):
        text = _words(each)
        if _name(each) not in _READ:
            yield RejectReason.UNSUPPORTED_TYPE
        elif text:
            yield listed_hash(_name(each), text, source_entry=key, severity=severity)


def _key(element: Element) -> str | None:
    """The same hash comes from several members, and a deletion names only these two."""
    member = element.find("{*}member")
    parts = [label((member.get("id") or "") if member is not None else ""), label(_text(element, "id"))]
    return "/".join(parts) if all(parts) else None


def _outlived(entry: Update, deleted: dict[str, datetime | None]) -> bool:
    gone_at = deleted.get(entry.key)
    return gone_at is not None and entry.at is not None and gone_at >= entry.at


def _count(element: Element) -> int:
    text = element.get("count") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _text(element: Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return "" if found is None else _words(found)


def _words(element: Element) -> str:
    return (element.text or "").strip()


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
