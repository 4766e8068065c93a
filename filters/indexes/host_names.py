"""Normalise host names as a browser does."""

import re
from collections.abc import Iterator
from ipaddress import IPv6Address
from urllib.parse import urlsplit

import can_ada

LONGEST_HOST = 253
_AROUND = "".join(map(chr, range(0x21)))
_INSIDE = str.maketrans("", "", "\t\n\r")
_HAS_SCHEME = re.compile(r"(?:https?|wss?|ftp|file):|[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#\\]|$))", re.IGNORECASE)
_BARE_IPV6 = re.compile(r"[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_LISTABLE = re.compile(r"[^\x00-\x20A-Z/@%?#<>^|\\:\[\]\x7f-\U0010ffff]+|[0-9a-f:.]+")
"""What a list can name; everything else is no reading that need be looked up."""
_HOST_PARSED = frozenset({"http:", "https:", "ws:", "wss:", "ftp:", "file:"})


class NotAHost(ValueError):
    """No host can be read from it; the message never holds the text, which may be an address that must stay secret."""


def normalise_host(url_or_host: str) -> str:
    """Return the host that a browser would connect to: lower case, ASCII (punycode), no port, no trailing dot.

    Takes a URL or a bare host, with or without a port. Reads as WHATWG says: `http://good.example\\@bad.example/` is
    good.example, `http://0x7f.1/` and `http://[::ffff:127.0.0.1]/` are 127.0.0.1. IPv6 comes without brackets.
    """
    parsed = parsed_url(url_or_host)
    if parsed.protocol not in _HOST_PARSED:
        return normalise_host(_given(parsed.hostname))  # the host of another scheme is left as it was spelt
    return _canonical(_given(parsed.hostname))


def is_address(host: str) -> bool:
    """Say whether a normalised host is an IP literal, which has no parent domains."""
    return ":" in host or host.rpartition(".")[2].isdigit()


def other_readings(host_or_url: str) -> Iterator[str]:
    """Yield hosts that software with other rules would connect to: urllib's, and IDNA 2003's as Scrapy uses it."""
    try:
        host = urlsplit(host_or_url).hostname
    except ValueError:
        return
    for reading in () if host is None else (host, _as_idna_2003(host)):
        if _LISTABLE.fullmatch(name := reading.rstrip(".")):
            yield name


def parsed_url(url_or_host: str) -> can_ada.URL:
    """Return what WHATWG's parser makes of a URL or a bare host, which is read as http."""
    return _parsed(_as_url(url_or_host.strip(_AROUND).translate(_INSIDE)))


def _as_idna_2003(host: str) -> str:
    try:
        return "" if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def _as_url(text: str) -> str:
    if _BARE_IPV6.fullmatch(text):
        return f"http://[{text}]"
    return text if _HAS_SCHEME.match(text) else "http://" + text


def _parsed(url: str) -> can_ada.URL:
    try:
        return can_ada.parse(url)
    except (ValueError, TypeError):  # TypeError: a lone surrogate, which cannot be encoded
        raise NotAHost("no host can be read from this address") from None


def _given(host: str) -> str:
    if not host:
        raise NotAHost("this address has no host")
    return host


def _canonical(host: str) -> str:
    if host.startswith("["):
        address = IPv6Address(host[1:-1])
        return str(address.ipv4_mapped or address)
    if host.endswith(".."):
        return normalise_host(_given(host.rstrip(".")))  # may have become an IPv4 address
    host = host.removesuffix(".")
    if len(host) > LONGEST_HOST or host.startswith(".") or ".." in host or not host:
        raise NotAHost("the host has an empty label or is too long")
    return host
