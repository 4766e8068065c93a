import pytest

from storage.host_formats import HostFormat
from storage.list_lines import RejectReason
from tests.storage.host_formats.lists import read

BROKEN = [RejectReason.NOT_AN_ADDRESS]
TOO_WIDE = [RejectReason.MATCHES_ALL]


@pytest.mark.parametrize(
    ("line", "covers"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("192.0.2.0/24", ["192.0.2.0/24"]),
        ("192.0.2.0/24 ; SBL1", ["192.0.2.0/24"]),
        ("192.0.2.0/24 # comment", ["192.0.2.0/24"]),
        ("192.0.2.0/24 // comment", ["192.0.2.0/24"]),
        ("192.0.2.7/24", ["192.0.2.0/24"]),
        ("192.0.2.7/32", ["192.0.2.7"]),
        ("2001:DB8::1", ["2001:db8::1"]),
        ("2001:db8::/32", ["2001:db8::/32"]),
        ("2001:db8::1/128", ["2001:db8::1"]),
        ("::ffff:192.0.2.7", ["192.0.2.7"]),
        ("::ffff:192.0.2.0/120", ["192.0.2.0/24"]),
        ("192.0.2.0-192.0.2.255", ["192.0.2.0/24"]),
        ("192.0.2.1 - 192.0.2.4", ["192.0.2.1", "192.0.2.2/31", "192.0.2.4"]),
        ("2001:db8::-2001:db8::1", ["2001:db8::/127"]),
        ("224.0.0.0/3", ["224.0.0.0/3"]),
        ("8000::/1", ["8000::/1"]),
        ("# comment", []),
        ("; comment", []),
        ("192.0.2.9-192.0.2.1", BROKEN),
        ("192.0.2.1-2001:db8::1", BROKEN),
        ("192.0.2.1-2-3", BROKEN),
        ("192.0.2.1-9", BROKEN),
        ("192.0.2.0/33", BROKEN),
        ("192.0.2.0/", BROKEN),
        ("192.0.2.0/-1", BROKEN),
        ("192.0.2.0/255.255.255.0", BROKEN),
        ("192.0.2.0/²", BROKEN),
        ("192.000.002.001", BROKEN),
        ("0x7f.1", BROKEN),
        ("2130706433", BROKEN),
        ("fe80::1%eth0", BROKEN),
        ("fe80::1%eth0-fe80::2%eth0", BROKEN),
        ("192.0.2.1 192.0.2.2", BROKEN),
        ("example.org", BROKEN),
        ("0.0.0.0/0", TOO_WIDE),
        ("128.0.0.0/1", TOO_WIDE),
        ("0.0.0.0-255.255.255.255", TOO_WIDE),
        ("0.0.0.1-255.255.255.254", TOO_WIDE),
        ("::/0", TOO_WIDE),
        ("2000::/3", TOO_WIDE),
        ("::ffff:0:0/96", TOO_WIDE),
    ],
)
def test_addresses_networks_and_ranges(line: str, covers: list[str]) -> None:
    assert read(line, HostFormat.CIDR) == covers
