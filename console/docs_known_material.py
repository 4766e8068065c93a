"""Tell how lists of known material are had, read and kept, for docs/known-material.md; a test reads its examples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from filters.indexes.known import HEX_DIGITS, NEAR_TYPES
from filters.indexes.list_policy import DISTANCE_BITS, MOST_BITS, ListPolicy
from storage.hash_formats import HashFormat
from storage.list_lines import RejectReason

PAGE: Final = Path(__file__).parent.parent / "docs" / "known-material.md"


@dataclass(frozen=True, kw_only=True)
class Format:
    """What is read of a format, and a small file in it, made up."""

    says: str
    example: str
    options: Mapping[str, str]


_MD5: Final = "9e107d9d372bb6826bd81d3542a419d6"
_PDQ: Final = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"

FORMATS: Final = {
    HashFormat.HEX: Format(
        says="one hash a line, `#` before comments; `--type` says of which type all are",
        example=f"{_MD5}  # a comment\n",
        options={"type_name": "md5"},
    ),
    HashFormat.LOCAL_FILE: Format(
        says="ThreatExchange's `local_file`: type and hash on each line", example=f"pdq {_PDQ}\n", options={}
    ),
    HashFormat.THREATEXCHANGE_CSV: Format(
        says="what `tx dataset --csv` writes; its four categories are kept as they are",
        example=f"signal_type,signal_str,collab,category,tags\npdq,{_PDQ},partner,NEGATIVE_CLASS,\n",
        options={},
    ),
    HashFormat.CSV: Format(
        says="any table with a header, cells separated by comma, semicolon, tab or bar. Never guessed: "
        "`--columns type=COLUMN,hash=COLUMN,severity=COLUMN,id=COLUMN,category=COLUMN`, or a type whose hashes a "
        "column holds, `--columns md5=COLUMN,sha1=COLUMN`",
        example=f"Ref;Kind;Hash;Grade\n17;MD5;{_MD5};B\n",
        options={"columns": "type=Kind,hash=Hash,severity=Grade,id=Ref"},
    ),
    HashFormat.VICS: Format(
        says="JSON of Project VIC and CAID, media at the top or inside cases; read as a stream. All categories count, "
        "for what they mean differs by country: take harmless ones out before",
        example=f'{{"value": [{{"MediaID": 17, "Category": 1, "MD5": "{_MD5}"}}]}}\n',
        options={},
    ),
    HashFormat.NCMEC: Format(
        says="XML of NCMEC's hash sharing, version 2: MD5, SHA-1, SHA-256 and PDQ of pictures and videos; entries that "
        "the file deletes are left out; read as a stream",
        example='<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images><image><member id="1"/>'
        f"<id>17</id><fingerprints><md5>{_MD5}</md5></fingerprints></image></images></queryResult>\n",
        options={},
    ),
    HashFormat.STOPNCII: Format(
        says="StopNCII's hash records in JSON: `ImagePDQ` and `VideoMD5`; what is withdrawn or deleted is left out",
        example=f'{{"hashRecords": [{{"signalType": "ImagePDQ", "hashValue": "{_PDQ}", "hashStatus": "Active"}}]}}\n',
        options={},
    ),
}

POLICY: Final = {
    "action": "what a match is: `refuse`, or `suspect`: refused and sealed like the rest, but never due to be reported",
    "pdq_bits": f"how far a PDQ hash may be from an entry, 0 to {MOST_BITS}; {DISTANCE_BITS['pdq']} if nobody says it",
    "phash16_bits": f"the same of pHash-16; {DISTANCE_BITS['phash16']} if nobody says it",
    "max_age_hours": "how old the list may become before a crawl of the public web does not rely on it; "
    "`HASH_LIST_MAX_AGE_HOURS` if nobody says it",
    "severity_scheme": "whose labels its severities are, such as `iwf`: kept with each label, never compared or mapped",
    "needs_incident_key": "a crawl does not start without `INCIDENT_PUBLIC_KEY`: its matches must be reportable",
    "signed_by": "the Ed25519 public key without whose signature no import counts",
    "max_shrink": "the share of its entries that one import may take off it; `HASHLIST_MAX_SHRINK` if nobody says it",
    "exchange": "from where it is fetched; `altsieve hashlist connect` says it",
}

REJECTED: Final = {
    RejectReason.WRONG_LENGTH: "not as long as a hash of its type",
    RejectReason.NOT_HEX: "not in hex",
    RejectReason.UNKNOWN_TYPE: "of a type that has no name here",
    RejectReason.UNSUPPORTED_TYPE: "of a type that is not matched, such as PhotoDNA or TMK",
    RejectReason.OTHER_TYPE: "of another type than `--type` asks for",
    RejectReason.UNKNOWN_CATEGORY: "in no category of ThreatExchange",
    RejectReason.DEGENERATE: "the hash of an empty file or of a featureless picture; a PDQ hash of a photograph has "
    "128 of 256 bits set",
    RejectReason.INNOCENT: "as near as a match to a gradient, a plain pattern, a placeholder such as *Image not "
    "available*, or a well-known pixel that counts visits",
    RejectReason.WITHDRAWN: "deleted or withdrawn by its source",
    RejectReason.BROKEN_ROW: "a row or record without what it must have",
    RejectReason.NOT_UTF8: "not text",
    RejectReason.TOO_LONG: "a line too long for any entry",
}

_INTRO: Final = """# Lists of known material

<!-- Made by `make docs`; a test fails if it is stale. -->

Altsieve comes with no list of known abuse material and never will: they are had from those who keep them, under their
terms. A crawl of the public web does not start without a fresh one that holds perceptual hashes; one of digests alone
finds no altered copy. No command, log or record shows a hash that was matched, and no list goes into a release.

## Having a list

    altsieve hashlist import FILE --name LIST [--source TEXT] [--licence TEXT]
    altsieve hashlist connect LIST --exchange ncmec --url URL --why TEXT
    altsieve hashlist fetch

An import makes a list hold exactly what the file holds. The format is recognised, except that of a table:

"""

_TYPES: Final = """
A type is never guessed by the length of a hash. Hashes are read in either case and kept in lower case, with the
source's id of the entry and its severity as an opaque label. The same hash may be listed several times, by whom it came
from; a deletion ends that entry alone.

"""

_REJECTED: Final = """
## What is not taken

What is not taken is counted by reason, shown by line or record, and never quoted. A file of which more cannot be read
than can is not imported at all. What is merely of no use here (`unsupported-type`, `other-type`, `withdrawn`) does not
speak against it.

| reason | |
|---|---|
"""

_POLICY: Final = """
## Policy

Each list has its own. `altsieve hashlist policy LIST` shows it; the same options change it there, with a reason, and at
an import. A change is a new revision of the same entries, which get no younger by it. An entry that says itself how far
a match may be goes by that.

| field | |
|---|---|
"""

_REST: Final = """
## Age, shrinking, signatures

Importing the same file again says that the list is still current. A list past its age goes on matching, but finding
nothing in it says nothing. An import that would take more than its share of entries off a list is refused without
`--force`: a download may have been cut.

A source may sign a manifest of each version. It is JSON, with its Ed25519 signature in `FILE.sig`, as 64 bytes, in hex
or in base64:

    {"list_id": "partner", "version": "2026-11-22T06:00:00Z", "kind": "full", "sha256": "...", "counts": {"pdq": 12345},
     "max_age_hours": 48, "severity_scheme": "iwf", "canaries": ["pdq:..."]}

    openssl pkeyutl -sign -rawin -inkey key.pem -in list.manifest.json -out list.manifest.json.sig
    altsieve hashlist import list.json --name partner --manifest list.manifest.json --signed-by public.pem

From then on the list is imported with a manifest of that key only. Refused is one that is not signed with it, is of
another list or file, is older than the one before, is older than the list may become, or names more or fewer entries of
a type than the file holds, or a canary that is not there. The list is as old as the manifest says, whenever it is
imported; a source can say that it ages sooner than the operator thought, not later.

## Revisions and indexes

Each change is a revision with its source, licence, digest of the file, who, why and when; the ledger records it with
counts and digests, never with a hash. Its index is a file in `indexes/` beside the database, written before the
revision counts and mapped by every process. `altsieve verify` compares the entries of each list with their digest.
"""


def known_material_page() -> str:
    types = ", ".join(f"`{each}`" for each in HEX_DIGITS)
    near = " and ".join(f"`{each}`" for each in sorted(NEAR_TYPES))
    told = f"Types: {types}; {near} are compared by distance, the others for equality.\n"
    return "".join(
        (_INTRO, *_format_rows(), _TYPES, told, _REJECTED, *_rejected_rows(), _POLICY, *_policy_rows(), _REST)
    )


def _format_rows() -> Iterator[str]:
    yield "| `--format` | |\n|---|---|\n"
    for each in HashFormat:
        yield f"| `{each.value}` | {FORMATS[each].says} |\n"


def _rejected_rows() -> Iterator[str]:
    for reason, says in REJECTED.items():
        yield f"| `{reason.value}` | {says} |\n"


def _policy_rows() -> Iterator[str]:
    for each in fields(ListPolicy):
        yield f"| `{each.name.replace('_', '-')}` | {POLICY[each.name]} |\n"
