"""Tell the names under which anybody can register a domain, such as co.uk, from domains that somebody holds."""

import functools
from typing import Literal, TypeAlias

from publicsuffixlist import PublicSuffixList

from filters.indexes.host_names import is_address

Kind: TypeAlias = Literal["icann", "private"]


def is_public_suffix(host: str) -> bool:
    """Say whether a normalised host is listed as a public suffix, by a registry or by a company (`github.io`)."""
    return kind_of(host) is not None


def kind_of(host: str) -> Kind | None:
    """Return the section of the public-suffix list that holds the host: `icann` for registries, `private` for the rest.

    A top-level name that nobody lists is in neither section.
    """
    if is_registry_suffix(host):
        return "icann"
    return "private" if _suffixes(icann=False).is_public(host) else None


def is_registry_suffix(host: str) -> bool:
    """Say the same of the section of the registries alone: lists of millions are read past this."""
    return _suffixes(icann=True).is_public(host)


def registrable_domain(host: str) -> str | None:
    """Return the public suffix of a host with one label more; None if the host has none, or is an address."""
    if is_address(host):
        return None
    return _suffixes(icann=False).privatesuffix(host, accept_unknown=True)


@functools.cache
def _suffixes(*, icann: bool) -> PublicSuffixList:
    """The list is part of the package: nothing is fetched."""
    return PublicSuffixList(accept_unknown=False, only_icann=icann)
