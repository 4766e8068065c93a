"""Read the entries that an operator types, and say in words what each covers."""

from typing import Final

from filters.indexes.entries import Mode, NotAnEntry, mode_of, read_entry
from storage.list_lines import BadList
from storage.public_suffix import kind_of

_COVERS: Final = {
    Mode.SUFFIX: "the host and all its subdomains",
    Mode.EXACT: "this host alone, not its subdomains",
    Mode.SUBDOMAINS: "all its subdomains, not the host itself",
    Mode.ADDRESS: "this address, and every host that is found there",
    Mode.NETWORK: "every address in this network, and every host that is found there",
    Mode.URL: "this one page or picture with any query, on the host and its subdomains",
    Mode.PREFIX: "every address that begins so, on the host and its subdomains",
    Mode.HASHED: "what has this digest, spelt as Safe Browsing spells it",
}

_HOW_TO_WRITE: Final = (
    "not a host, address or URL: write example.org for a host with its subdomains, =example.org for the host alone, "
    ".example.org for its subdomains (a wildcard is not needed), 192.0.2.0/24 for a network, "
    "example.org/path or example.org/path* for URLs (a port counts only there: example.org:8080/path)"
)


def covers(entry: str) -> str:
    """Say what a canonical entry covers."""
    mode = mode_of(entry)
    if mode is Mode.URL and "?" in entry:
        return "this one page or picture with this query, on the host and its subdomains"
    if mode is Mode.URL and entry.endswith("/"):
        return "everything below this address, on the host and its subdomains"
    return _COVERS[mode]


def named_entry(word: str) -> str:
    """Return the entry that was typed, in the form it is kept in."""
    try:
        return read_entry(_without_root(word.strip()))
    except NotAnEntry:
        raise BadList(_HOW_TO_WRITE) from None


def refuse_public_suffix(entry: str, *, force: bool) -> None:
    """Raise `BadList` for an entry that would block what strangers hold; `force` lets all but made-up names through."""
    if mode_of(entry) not in (Mode.SUFFIX, Mode.SUBDOMAINS):
        return
    name = entry.removeprefix(".")
    kind = kind_of(name)
    if kind is None and "." not in name:
        raise BadList(f"{name} is a single label, and would block everything below it; name a host in full")
    if kind is None or force:
        return
    if "." not in name:
        raise BadList(f"{name} is a single label, a whole top-level domain; if all of it is meant, say --force")
    if kind == "icann":
        raise BadList(
            f"{name} is a public suffix: anybody can register a domain under it, and all of them would be blocked; "
            f"if that is meant, say --force"
        )
    raise BadList(
        f"under {name} a company lets anybody have a host of their own, and all of them would be blocked; name the one "
        f"that is meant, ={name} for the company's own host alone, or say --force"
    )


def _without_root(word: str) -> str:
    """Take an address of a site's root for the site: it is what a browser copies for its host."""
    bare = word.removeprefix("https://").removeprefix("http://")
    is_root = bare.endswith("/") and "/" not in bare[:-1] and ":" not in bare and "?" not in bare and "@" not in bare
    return bare[:-1] if is_root else word
