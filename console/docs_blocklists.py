"""Tell what an entry of a blocklist may look like and covers, for docs/blocklists.md; its examples are tested cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from storage.host_formats import HostFormat
from storage.named_entries import covers

_ROOT: Final = Path(__file__).parent.parent
PAGE: Final = _ROOT / "docs" / "blocklists.md"
CASES: Final = _ROOT / "tests" / "cases" / "blocklist-entries.json"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What was typed, and either what it is kept as, with addresses it covers and does not, or why it is refused."""

    typed: str
    kept: str | None = None
    covers: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    refused: str | None = None


FORMATS: Final = {
    HostFormat.DOMAINS: "one host a line, `#` before comments",
    HostFormat.WILDCARD: "`*.example.org`: the subdomains alone, unless the list was declared `suffix`",
    HostFormat.HOSTS: "`0.0.0.0 example.org www.example.org`",
    HostFormat.ADBLOCK: "`||example.org^`, `||example.org/path`, and `@@` for exceptions of this list; rules with "
    "options that narrow them, patterns and cosmetic rules are not taken",
    HostFormat.DNSMASQ: "`address=/example.org/`, `server=/example.org/`, `local=/example.org/`",
    HostFormat.RPZ: "a zone: `example.org CNAME .`, `*.example.org CNAME .`, `rpz-passthru.` for exceptions, `rpz-ip`",
    HostFormat.UNBOUND: '`local-zone: "example.org" always_nxdomain`',
    HostFormat.UT1: "a directory, one category: `domains`, and `urls` as all that begin so",
    HostFormat.CIDR: "addresses and networks, `192.0.2.0/24` or `192.0.2.0 - 192.0.2.255`",
    HostFormat.URLS: "one URL a line, meant exactly; a line that is a bare host is that host. Never guessed: name it",
    HostFormat.URL_PREFIXES: "one beginning of URLs a line. Never guessed: name it",
    HostFormat.SHA256_URLS: "64 hex digits a line, of URLs as Safe Browsing spells them",
}

_INTRO: Final = """# Blocklists

<!-- Made by `make docs`; a test fails if it is stale. -->

Nothing is asked for that a blocklist covers: no page, picture, redirect hop, or address that a name resolves to. Hosts
are read as browsers read them, and once more as urllib and IDNA 2003 do: either blocks. Addresses that stand inside
those of image proxies, resizers and archives are unwrapped to depth 3. What cannot be read is never taken.

## What an entry covers

Scheme, user and fragment are ignored, and so is the port unless the entry names one. `altsieve blocklist add` says what
it took each word for; `altsieve blocklist test URL` says which entry of which list covers an address, and why.

| typed | kept as | covers | such as | not |
|---|---|---|---|---|
"""

_REFUSED: Final = """
Slips are refused with a word on what to write. Public suffixes, of registries and of companies, are taken with
`--force`; so they are on lists that are imported, where the suffixes of registries are left out without it.

| typed | answer |
|---|---|
"""

_FORMATS: Final = """
Of several entries that cover an address the nearest speaks: a URL before a host, a longer host before a shorter.
`allow` lifts what is as near or less near on every list, from the next run on; an exception inside a list lifts entries
of that list alone.

## Imports

`altsieve blocklist import FILE --name LIST` makes a list hold exactly what the file holds. The format is recognised by
the first 200 lines, or named with `--format`; `--matches` says what bare hosts cover. Lines that are not taken are
counted, shown by reason, and kept in number; a file of which most is not taken is not imported. Each import is a
revision with source, licence, time, counts, digest, who and why, and counts at once or, if it is interrupted, not at
all. One that would take more than the share `BLOCKLIST_MAX_SHRINK` of its entries off the list is refused without
`--force`. `altsieve blocklist impact FILE` says before what it would take out of what is held. `altsieve blocklist
restore LIST` lets a list hold again what it held before its last change.

| format | |
|---|---|
"""

_REST: Final = """
## The starter list

`altsieve db upgrade` lays down the list `starter`: social networks, and stock-picture and art hosts whose terms reserve
their pictures, each with its reason. It changes only with a new version of Altsieve. To go without, type
`altsieve blocklist remove --list starter --why TEXT`; upgrades leave it off then. To have it back, type
`altsieve blocklist restore starter --why TEXT`.

## Vetted sources

`altsieve sources add HOST --licence L --why TEXT` vets a host with its subdomains, and `altsieve crawl --vetted-only`
keeps pictures from such hosts only. What a blocklist covers is not kept from them either. `altsieve report` suggests
hosts of which hardly anything is kept.

## In a running crawl

A crawl that runs takes up what tightens within seconds: entries that were added, imports, sources that were removed.
What loosens (removed, allowed, restored to less) counts from the next run on. The index of each revision is a file in
`indexes/` beside the database, written before the revision counts and mapped by every process. One that is missing or
not as it was written is built anew from the database, whose entries must have the digest they were sealed with; else
the crawl keeps nothing. One that is written to while a crawl maps it is not asked any more, and opened anew. `altsieve
verify` compares the entries of all lists with their digests, and those with the ledger.
"""


def blocklists_page() -> str:
    cases = read_cases(CASES.read_bytes())
    formats = "".join(f"| `{each.value}` | {FORMATS[each]} |\n" for each in HostFormat)
    return _INTRO + "".join(_kept_rows(cases)) + _REFUSED + "".join(_refused_rows(cases)) + _FORMATS + formats + _REST


def read_cases(source: bytes) -> Sequence[Case]:
    return msgspec.json.decode(source, type=list[Case])


def _kept_rows(cases: Sequence[Case]) -> Iterator[str]:
    for each in cases:
        if each.kept is not None:
            examples = (_quoted(each.covers), _quoted(each.other))
            yield f"| `{each.typed}` | `{each.kept}` | {covers(each.kept)} | {examples[0]} | {examples[1]} |\n"


def _refused_rows(cases: Sequence[Case]) -> Iterator[str]:
    for each in cases:
        if each.refused is not None:
            yield f"| `{each.typed.replace('|', chr(92) + '|')}` | {each.refused} |\n"


def _quoted(urls: Sequence[str]) -> str:
    return "<br>".join(f"`{each}`" for each in urls)
