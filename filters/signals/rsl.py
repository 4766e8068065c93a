"""Read RSL documents: the terms under which a host lets its pages and pictures be used."""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urljoin

from lxml import etree

from filters.signals.signal import Protocol, Saying, Says
from filters.signals.url_rules import UrlRule, UrlRules

MEDIA_TYPE: Final = "application/rsl+xml"
MOST_BYTES: Final = 512 * 1024
_PERMITTING: Final = frozenset(("all", "ai-all", "ai-train", "train-ai"))
_PROHIBITING: Final = _PERMITTING | {"train-genai"}

Element = etree._Element  # lxml gives its element type no public name


class Rsl:
    def __init__(self, terms: Iterable[UrlRule[Saying]]) -> None:
        self._terms = UrlRules(terms)

    def says(self, url: str) -> Saying | None:
        """Return what is said of a URL; None if no content covers it. The most restrictive that covers it counts."""
        return _strictest(self._terms.covering(url))


def read_rsl(body: bytes, document_url: str) -> Rsl | None:
    """Return the terms of a document; None if it is no RSL, or larger than we read: callers take that as a no.

    Training is denied where a licence prohibits it, where the closed list of what it permits lacks it, where it names
    a payment other than `free` (we can meet no condition by ourselves), where it is for some users or places only, or
    where a `server` must be asked. A path is matched on any host, as a page may link to a document of another host.
    """
    root = _parsed(body)
    if root is None or _name(root) != "rsl":
        return None
    contents = (each for each in root.iter() if _name(each) == "content")
    return Rsl(_terms(each, number, document_url) for number, each in enumerate(contents, start=1))


def _parsed(body: bytes) -> Element | None:
    if len(body) > MOST_BYTES:
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.LxmlError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def _terms(content: Element, number: int, document_url: str) -> UrlRule[Saying]:
    found_in = f"rsl content {number}"
    judged = [*_access(content)]
    for licence in content.iterchildren():
        if _name(licence) == "license":
            judged += _licence(licence)
    sayings = [Saying(protocol=Protocol.RSL, says=says, found_in=found_in, raw=raw) for says, raw in judged]
    nothing = Saying(protocol=Protocol.RSL, says=Says.UNKNOWN, found_in=found_in, raw="")
    saying = _strictest(sayings) or nothing
    covers = _covers(content.get("url", "").strip(), document_url)
    return UrlRule(pattern=covers, denies=saying.says is Says.DENY, says=saying)


def _covers(reference: str, document_url: str) -> str:
    """A pattern that is neither a path nor absolute is relative to its document; an empty one covers everything."""
    if not reference or reference.startswith(("/", "*")):
        return reference
    try:
        return urljoin(document_url, reference)
    except ValueError:  # brackets that hold no address
        return "/"


def _access(content: Element) -> Iterator[tuple[Says, str]]:
    for name in ("server", "encrypted"):
        value = (content.get(name) or "").strip()
        if value and value.lower() != "false":
            yield Says.DENY, f"{name}: {value}"


def _licence(licence: Element) -> Iterator[tuple[Says, str]]:
    permitted: list[str] = []
    for term in licence.iterchildren():
        name, kind = _name(term), (term.get("type") or "").strip().lower()
        words = "".join(map(str, term.itertext())).replace(",", " ").lower().split()
        if name == "payment":
            yield (Says.UNKNOWN if kind == "free" else Says.DENY), f"payment: {kind}"
        elif name in ("permits", "prohibits") and kind not in ("usage", ""):
            yield Says.DENY, f"{name} {kind}: {' '.join(words)}"
        elif name == "prohibits":
            denies = _PROHIBITING.intersection(words)
            yield (Says.DENY if denies else Says.UNKNOWN), f"prohibits usage: {' '.join(words)}"
        elif name == "permits":
            permitted += [*words, ""]
    if permitted:
        allows = _PERMITTING.intersection(permitted)
        yield (Says.ALLOW if allows else Says.DENY), f"permits usage: {' '.join(filter(None, permitted))}"


def _strictest(sayings: Iterable[Saying]) -> Saying | None:
    by_says: dict[Says, Saying] = {}
    for each in sayings:
        by_says.setdefault(each.says, each)
    return by_says.get(Says.DENY) or by_says.get(Says.ALLOW) or by_says.get(Says.UNKNOWN)


def _name(element: Element) -> str:
    """The name without its namespace: some write it without, and what is meant is plain."""
    return str(element.tag).rpartition("}")[2]
