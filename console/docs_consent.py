"""Tell each protocol of consent, and what is made of it, for docs/consent.md; its examples are the tested cases."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from filters.consent import ConsentReason
from filters.signals.signal import Protocol, Scope

_ROOT: Final = Path(__file__).parent.parent
PAGE: Final = _ROOT / "docs" / "consent.md"
CASES: Final = _ROOT / "tests" / "cases" / "consent-signals.json"
ADDRESS: Final = "https://example.org/pictures/fox.jpg"
_PLACES: Final[Mapping[str, str]] = {
    "robots.txt": "/robots.txt",
    "headers": "response headers",
    "page": "a page",
    "tdmrep.json": "/.well-known/tdmrep.json",
    "ai.txt": "/ai.txt",
    "rsl": "an RSL document",
    "xmp": "XMP in the picture's file",
    "assertion": "`cawg.training-mining` in the picture's file, as JSON",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a protocol is, with its specification; and what Altsieve makes of it."""

    what: str
    done: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    case: str
    place: str
    text: Sequence[str]
    says: str | None


PROTOCOLS: Final[Mapping[Protocol, Told]] = {
    Protocol.ROBOTS: Told(
        what="Rules of a host on what may be fetched, in groups for crawlers by name (RFC 9309).",
        done="A no means that no request leaves, for a page or a picture, on every redirect too. What it lets in is "
        "`unknown`: to be let in is no licence. Groups of one name are one group; the longest rule counts, and of "
        "equally long ones `Allow`. Of a file the first 512 KiB are read. It cannot be switched off.",
    ),
    Protocol.AI_TOKENS: Told(
        what="The same file, where it shuts out a crawler that is known to collect for training. Their names are the "
        "setting `AI_TOKENS`; an empty list switches this off.",
        done="What such a crawler may not fetch is not used. Only groups that name it count, never `*`.",
    ),
    Protocol.X_ROBOTS_TAG: Told(
        what="Words in a response header, for everybody or for a crawler by name.",
        done="`noai` and `noimageai` deny, and so do `noindex`, `noimageindex` and `none`: a stored copy is more than "
        "an entry of an index. Sent with a page it covers the pairs of the page, with a picture that picture. A name "
        "before a colon says whom the rest of the line is for, unless it is that of a directive with a value.",
    ),
    Protocol.META_ROBOTS: Told(
        what='The same words in a page, in `<meta name="robots">` or under our own name.',
        done="Every such meta counts, wherever it stands. A page that has more than 50, or one of more than 2,000 "
        "characters, denies: what was not read may be a no.",
    ),
    Protocol.TDMREP: Told(
        what="The TDM Reservation Protocol of a W3C community group (10 May 2024): a header, a meta, or a file of "
        "rules.",
        done="`1` denies, `0` allows, anything else is a protocol error and says neither; a `1` in a list, as two "
        "lines become when they are joined, denies. In the file paths differ in case, `*` and `$` are wildcards, and "
        "the first rule that covers the address and can be read counts. A file of more than 512 KiB denies. The "
        "protocol lets a meta lift what a header or the file reserves; here it does not: any no is a no. A policy is "
        "recorded, not negotiated.",
    ),
    Protocol.AIPREF: Told(
        what="Preferences of the IETF's working group (draft-ietf-aipref-attach and -vocab, not yet an RFC): the "
        "header `Content-Usage`, or lines of robots.txt.",
        done="`train-ai=n` denies, `y` allows. Labels and values are case-sensitive; what is no dictionary of RFC 9651 "
        "says neither. Each header line is read by itself, so that none hides the no of another.",
    ),
    Protocol.CONTENT_SIGNAL: Told(
        what="Lines of robots.txt, and a header, as Cloudflare has them written (contentsignals.org).",
        done="`ai-train=no` denies, `yes` allows; `use=immediate` and `use=reference` deny, as they leave no copy.",
    ),
    Protocol.RSL: Told(
        what="Terms of use in XML (RSL 1.0), named by robots.txt, a Link header or a page, or inside a page.",
        done="Training is denied where it is prohibited, where the closed list of what is permitted lacks it, where "
        "the licence is for certain users or places only, where a payment other than `free` is asked for (attribution "
        "is one), and where a server must be asked. Of several terms the strictest count. A document that cannot be "
        "had, is larger than 512 KiB, has a document type, or is no RSL, denies; and so do more than five documents.",
    ),
    Protocol.AI_TXT: Told(
        what="A file of Spawning, written like a robots.txt, on kinds of files and on paths.",
        done="A rule that covers the picture's address denies or allows. Another text of this name is no ai.txt.",
    ),
    Protocol.PLUS: Told(
        what="The data-mining property of IPTC and PLUS (IPTC Photo Metadata 2023.1) in a picture's XMP.",
        done="Every value that prohibits denies, whatever it excepts. Constraints are recorded.",
    ),
    Protocol.C2PA: Told(
        what="The training-and-mining assertion of CAWG, earlier of C2PA, in a picture's manifest.",
        done="`notAllowed` and `constrained` deny for training, generative training and data mining. The signature is "
        "not checked: a no counts whoever wrote it, and a yes never does.",
    ),
}

_INTRO: Final = f"""# Consent

<!-- Made by `make docs`; a test fails if it is stale. -->

What an owner says of the use of a page or a picture is a signal. Each signal is recorded with its words, where and when
they were found, and whether they say `deny`, `allow` or `unknown`.

* **Any no is a no**, whoever of those below says it; else any yes is a yes; else it is unknown, and the setting
  `CONSENT_UNKNOWN_MEANS` says what that means (`allow` by default; with `deny` a pair is refused with
  `{ConsentReason.UNKNOWN.value}`).
* **Who may say it**: {", ".join(each.value for each in Scope)}.
  Redirects count too: of an answer on the way, what its host and its headers say.
* **Pages and pictures**: robots.txt is about fetching; what it forbids is not asked for
  (`{ConsentReason.ROBOTS.value}`). All else is about use. A page whose use is denied is read for its links,
  and each pair on it is refused (`{ConsentReason.OPT_OUT.value}`). A picture that its host denies is not asked for.
  One whose own file says no is refused with `{ConsentReason.RESERVED.value}`.
* **What says nothing** is recorded too: that a document was asked for, when, and that it is not there or has no word of
  this page or picture.
* **What cannot be had**: a robots.txt that is not there (4xx, but not 429) forbids nothing; one whose host does not
  answer, or answers with 429, 5xx or a packed file, forbids everything until it can be read. It is the same with
  tdmrep.json and ai.txt. An RSL document that was named and cannot be had denies. Pages and pictures that
  answer 401, 402, 403 or 451 are not stored.
* **Documents** (robots.txt, tdmrep.json, ai.txt, RSL) are kept once, by their SHA-256, which each signal names. They
  are asked for again after 24 hours, or sooner if their Cache-Control says so.
* **Settings**: `CONSENT_PROTOCOLS` names the protocols whose no counts, and robots.txt always does. `AI_TOKENS` names
  crawlers. `ROBOTSTXT_USER_AGENT` is the name that owners may address us by.
* **Licences** (links with `rel=license` and Link headers, RDFa, JSON-LD, XMP) are recorded beside each pair, the one
  nearest to the picture first. None lifts a no, and none on a page is proof for each of its pictures.
* **Not heard**: what stands in answers of status 1xx, in trailers after a body, in a frame of its own, or only in what
  a script writes; IPTC-IIM fields; manifests of C2PA that are kept elsewhere.

The examples are the cases that the tests read with the parsers of the crawl. They ask for the picture
`{ADDRESS}` and for a page beside it; "nothing" is no signal at all.
"""


def consent_page() -> str:
    """Return the page: the policy, then each protocol with every case."""
    cases = read_cases(CASES.read_bytes())
    return _INTRO + "".join(line for each in Protocol for line in _section(each, cases[each]))


def read_cases(source: bytes) -> Mapping[Protocol, Sequence[Case]]:
    return msgspec.json.decode(source, type=dict[Protocol, list[Case]])


def _section(protocol: Protocol, cases: Sequence[Case]) -> Iterator[str]:
    told = PROTOCOLS[protocol]
    yield f"\n## {protocol.value}\n\n{_wrapped(told.what)}\n\n{_wrapped(told.done)}\n"
    for each in cases:
        lines = "\n".join(each.text)
        yield f"\n**{each.says or 'nothing'}**: {each.case} ({_PLACES[each.place]})\n\n```text\n{lines}\n```\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)
