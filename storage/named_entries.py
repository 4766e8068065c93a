"""Read the entries that an operator types, and say in words what each covers."""

from collections.abc import Sequence
from typing import Final

from filters.indexes.entries import Mode, NotAnEntry, mode_of, port_of, read_entry
from filters.indexes.host_names import is_address, normalise_host
from storage.list_lines import BadList
from storage.public_suffix import kind_of

_COVERS: Final = {
    Mode.SUFFIX: "the host and all its subdomains",
    Mode.EXACT: "this host alone, not its subdomains",
    Mode.SUBDOMAINS: "all its subdomains, not the host itself",
    Mode.ADDRESS: "this address, and every host that is found there",
    Mode.NETWORK: "every address in this network, and every host that is found there",
    Mode.URL: "this one page or picture, on this host alone",
    Mode.PREFIX: "every address that begins so, on the host and its subdomains",
    Mode.HASHED: "what has this digest, spelt as Safe Browsing spells it",
}

_HOW_TO_WRITE: Final = (
    "write example.org for a host with its subdomains, =example.org for the host alone, "
    ".example.org for its subdomains (a wildcard is not needed), 192.0.2.0/24 for a network, "
    "example.org/path for one URL, example.org/path* for all that begin so (a port counts only there: "
    "example.org:8080/path)"
)


def covers(entry: str) -> str:
    """Say what a canonical entry covers."""
    mode = mode_of(entry)
    if mode is Mode.URL and entry.endswith("/"):
        return f"this one page on this host alone, not what is below it: for that write {entry}*"
    return _COVERS[mode]


def named_entries(words: Sequence[str]) -> tuple[str, ...]:
    """Return each entry that was typed once, in the form it is kept in; raise `BadList` for one that is none."""
    return tuple(dict.fromkeys(_named(word, at, len(words)) for at, word in enumerate(words, 1)))


def _named(word: str, at: int, of: int) -> str:
    which = f"entry {at} of {of}: " if of > 1 else ""
    if "*" in word.strip()[:-1]:
        raise BadList(f"{which}a star has a meaning only at the end of a URL: {_HOW_TO_WRITE}")
    try:
        return _of_site(read_entry(word))
    except NotAnEntry as error:
        raise BadList(f"{which}{error}: {_HOW_TO_WRITE}") from None


def refuse_public_suffix(entry: str, *, force: bool) -> None:
    """Raise `BadList` for an entry that would block what strangers hold; `force` lets all but made-up names through."""
    if mode_of(entry) not in (Mode.SUFFIX, Mode.SUBDOMAINS, Mode.PREFIX):
        return
    name = normalise_host(entry.removeprefix(".").partition("/")[0])
    if is_address(name):
        return
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


def _of_site(entry: str) -> str:
    """Take the URL of a site's root for the site: it is what a browser copies for its host."""
    if mode_of(entry) is not Mode.URL or entry.find("/") != len(entry) - 1:
        return entry
    return read_entry(entry[:-1]) if port_of(entry) is None else f"{entry}*"
