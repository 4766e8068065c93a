import pytest

from storage.host_formats import HostFormat
from storage.list_lines import RejectReason
from tests.storage.host_formats.lists import Seen, read

BLOCKING = (
    *("always_deny", "always_nodata", "always_null", "always_nxdomain", "always_refuse", "deny", "refuse", "static"),
    *("inform_deny", "inform_redirect", "redirect"),
)


@pytest.mark.parametrize("zone_type", BLOCKING)
def test_a_zone_that_answers_nothing_is_blocked_with_all_below_it(zone_type: str) -> None:
    assert read(f'local-zone: "Example.org." {zone_type}', HostFormat.UNBOUND) == ["example.org"]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("local-zone: example.org always_null", ["example.org"]),
        ("local-zone: 'example.org' always_null # comment", ["example.org"]),
        ('   local-zone:"example.org" ALWAYS_NULL', ["example.org"]),
        ('local-zone: "ok.example" always_transparent', ["@@ok.example"]),
        ('local-zone: "ok.example" transparent', [RejectReason.OTHER_ACTION]),
        ('local-zone: "ok.example" typetransparent', [RejectReason.OTHER_ACTION]),
        ('local-zone: "ok.example" inform', [RejectReason.OTHER_ACTION]),
        ('local-zone: "ok.example" nodefault', [RejectReason.OTHER_ACTION]),
        ('local-zone: "." refuse', [RejectReason.MATCHES_ALL]),
        ('local-zone: "co.uk." refuse', [RejectReason.PUBLIC_SUFFIX]),
        ('local-zone: "b*d" refuse', [RejectReason.NOT_A_HOST]),
        ('local-zone: "example.org"', [RejectReason.BROKEN_ROW]),
        ('local-zone: "example.org refuse', [RejectReason.BROKEN_ROW]),
        ("local-zone:", [RejectReason.BROKEN_ROW]),
        ('local-data: "example.org A 0.0.0.0"', ["=example.org"]),
        ('local-data: "example.org. 3600 IN A 127.0.0.1"', ["=example.org"]),
        ("local-data: 'example.org AAAA ::'", ["=example.org"]),
        ('local-data: "router.example A 192.0.2.1"', [RejectReason.NOT_A_SINK]),
        ('local-data: "example.org TXT hello"', [RejectReason.UNKNOWN_TYPE]),
        ('local-data: "example.org A"', [RejectReason.NOT_A_SINK]),
        ('local-data: "example.org"', [RejectReason.BROKEN_ROW]),
        ('local-data: " "', [RejectReason.BROKEN_ROW]),
        ('local-data-ptr: "192.0.2.1 router.example"', [RejectReason.OTHER_DIRECTIVE]),
        ("include: other.conf", [RejectReason.OTHER_DIRECTIVE]),
        ("example.org", [RejectReason.OTHER_DIRECTIVE]),
        ("server:", []),
        ("# local-zone: example.org refuse", []),
    ],
)
def test_lines_of_a_configuration(line: str, seen: list[Seen]) -> None:
    assert read(line, HostFormat.UNBOUND) == seen
