"""Name the formats of host lists."""

from enum import StrEnum


class HostFormat(StrEnum):
    """Formats of host lists; the value is what `--format` takes."""

    DOMAINS = "domains"
    WILDCARD = "wildcard"
    HOSTS = "hosts"
    ADBLOCK = "adblock"
    DNSMASQ = "dnsmasq"
    RPZ = "rpz"
    UNBOUND = "unbound"
    CIDR = "cidr"
    URLS = "urls"
    URL_PREFIXES = "url-prefixes"
    SHA256_URLS = "sha256-urls"
    UT1 = "ut1"
