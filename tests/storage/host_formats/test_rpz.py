import pytest

from storage.host_formats import HostFormat, Matches
from storage.list_lines import BadList, RejectReason
from tests.storage.host_formats.lists import Seen, read, read_numbered

HEAD = """\
$TTL 2h
@ IN SOA localhost. root.localhost. (
        2026112301 ; serial
        1h 15m 30d 2h ) ; the rest
  IN NS localhost.
"""


@pytest.mark.parametrize(
    ("record", "seen"),
    [
        ("Example.org CNAME .", "=example.org"),
        ("example.org 300 IN CNAME .", "=example.org"),
        ("example.org IN 5m CNAME *.", "=example.org"),
        ("example.org cname rpz-drop.", "=example.org"),
        ("*.example.org CNAME .", ".example.org"),
        ("example.org A 0.0.0.0", "=example.org"),
        ("example.org AAAA ::", "=example.org"),
        ("ok.example CNAME rpz-passthru.", "@@=ok.example"),
        ("*.ok.example CNAME rpz-passthru.", "@@.ok.example"),
        ("ok.example CNAME ok.example.", "@@=ok.example"),
        ("24.0.2.0.192.rpz-ip CNAME .", "192.0.2.0/24"),
        ("32.7.2.0.192.rpz-ip CNAME .", "192.0.2.7"),
        ("32.7.2.0.192.rpz-ip CNAME rpz-passthru.", "@@192.0.2.7"),
        ("128.1.zz.db8.2001.rpz-ip CNAME .", "2001:db8::1"),
        ("32.zz.db8.2001.rpz-ip CNAME .", "2001:db8::/32"),
        ("128.8.7.6.5.4.3.db8.2001.rpz-ip CNAME .", "2001:db8:3:4:5:6:7:8"),
        ("0.0.0.0.0.rpz-ip CNAME .", RejectReason.MATCHES_ALL),
        ("33.7.2.0.192.rpz-ip CNAME .", RejectReason.NOT_AN_ADDRESS),
        ("24.rpz-ip CNAME .", RejectReason.NOT_AN_ADDRESS),
        ("rpz-ip CNAME .", RejectReason.NOT_AN_ADDRESS),
        ("ns.example.rpz-nsdname CNAME .", RejectReason.OTHER_TRIGGER),
        ("24.0.2.0.192.rpz-nsip CNAME .", RejectReason.OTHER_TRIGGER),
        ("32.7.2.0.192.rpz-client-ip CNAME rpz-passthru.", RejectReason.OTHER_TRIGGER),
        ("example.org CNAME rpz-tcp-only.", RejectReason.OTHER_ACTION),
        ("www.search.example CNAME safe.search.example.", RejectReason.OTHER_ACTION),
        ("example.org CNAME rpz-passthru", RejectReason.OTHER_ACTION),
        ("example.org CNAME", RejectReason.OTHER_ACTION),
        ("example.org A 192.0.2.1", RejectReason.NOT_A_SINK),
        ('example.org TXT "a ; b"', RejectReason.UNKNOWN_TYPE),
        ("* CNAME .", RejectReason.MATCHES_ALL),
        ("*.co.uk CNAME .", RejectReason.PUBLIC_SUFFIX),
        ("b%d.example CNAME .", RejectReason.NOT_A_HOST),
        ("example.org. CNAME .", RejectReason.OUT_OF_ZONE),
        ("example.org", RejectReason.BROKEN_ROW),
        ("$INCLUDE other.zone", RejectReason.OTHER_DIRECTIVE),
        ("$GENERATE 1-9 a$.example CNAME .", RejectReason.OTHER_DIRECTIVE),
    ],
)
def test_a_record_blocks_what_its_trigger_says(record: str, seen: Seen) -> None:
    assert read(HEAD + record, HostFormat.RPZ) == [seen]


@pytest.mark.parametrize(
    ("zone", "seen"),
    [
        ("$ORIGIN rpz.local.\na.example CNAME .\n", ["=a.example"]),
        ("$ORIGIN rpz.local.\na.example.rpz.local. CNAME .\n", ["=a.example"]),
        ("$ORIGIN rpz.local.\na.example.other. CNAME .\n", [RejectReason.OUT_OF_ZONE]),
        (
            "$ORIGIN rpz.local.\n@ SOA a. b. 1 2 3 4 5\n$ORIGIN example.rpz.local.\na CNAME .\nb CNAME .\n",
            ["=a.example", "=b.example"],
        ),
        ("$ORIGIN rpz.local.\n$ORIGIN example\na CNAME .\n", ["=a.example"]),
        ("$ORIGIN example\na CNAME .\n", ["=a.example"]),
        ("$ORIGIN .\nrpz.local IN SOA a. b. 1 2 3 4 5\na.example.rpz.local CNAME .\n", ["=a.example"]),
        (
            "rpz.local. IN SOA a. b. 1 2 3 4 5\na.example CNAME .\nb.example.rpz.local. CNAME .\n",
            ["=a.example", "=b.example"],
        ),
        ("a.example CNAME .\n", ["=a.example"]),
    ],
)
def test_names_are_relative_to_the_zone(zone: str, seen: list[Seen]) -> None:
    assert read(zone, HostFormat.RPZ) == seen


def test_a_record_without_owner_belongs_to_the_one_before() -> None:
    zone = HEAD + "a.example CNAME .\n      TXT why\n  A 0.0.0.0\n"
    assert read_numbered(zone, HostFormat.RPZ) == [
        (0, "=a.example"),
        (7, RejectReason.UNKNOWN_TYPE),
        (0, "=a.example"),
    ]


def test_a_first_record_without_owner_is_rejected() -> None:
    assert read("  CNAME .\n", HostFormat.RPZ) == [RejectReason.BROKEN_ROW]


@pytest.mark.parametrize("rest", ["", "a.example CNAME .\n", "a.example CNAME .\n" * 400])
def test_a_parenthesis_that_is_not_closed_refuses_the_file_rather_than_lose_the_rest(rest: str) -> None:
    with pytest.raises(BadList, match="parenthesis of line 2"):
        read(f"$TTL 1h\n@ SOA a. b. ( 1 2\n{rest}", HostFormat.RPZ)


def test_a_list_declared_suffix_blocks_more_and_lets_through_no_more() -> None:
    zone = "a.example CNAME .\n*.b.example CNAME .\nc.example CNAME rpz-passthru.\n"
    assert read(zone, HostFormat.RPZ, matches=Matches.SUFFIX) == ["a.example", "b.example", "@@=c.example"]
    assert read(zone, HostFormat.RPZ, matches=Matches.EXACT) == ["=a.example", ".b.example", "@@=c.example"]


def test_a_quote_that_is_not_closed_takes_linear_time() -> None:
    assert read('a.example TXT "' + r"\"" * 30_000, HostFormat.RPZ) == [RejectReason.UNKNOWN_TYPE]


def test_digits_that_are_no_time_to_live_take_linear_time() -> None:
    assert read(f"a.example {'0' * 30_000}x CNAME .", HostFormat.RPZ) == [RejectReason.UNKNOWN_TYPE]
