import pytest

from storage.host_formats import HostFormat, Matches
from storage.list_lines import RejectReason
from tests.storage.host_formats.lists import Seen, read


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("address=/example.org/", ["example.org"]),
        ("address=/example.org/0.0.0.0", ["example.org"]),
        ("address=/example.org/::", ["example.org"]),
        ("address=/example.org/127.0.0.1", ["example.org"]),
        ("address=/example.org/#", ["example.org"]),
        ("address=/.Example.org/", ["example.org"]),
        ("address=/one.example/two.example/0.0.0.0", ["one.example", "two.example"]),
        ("address=/one.example/b*d/two.example/", ["one.example", RejectReason.NOT_A_HOST, "two.example"]),
        ("server=/example.org/", ["example.org"]),
        ("local=/example.org/", ["example.org"]),
        ("server=/example.org/#", ["@@example.org"]),
        ("server = /example.org/ # comment", ["example.org"]),
        ("server=/example.org/192.0.2.53", [RejectReason.OTHER_ACTION]),
        ("server=/example.org/127.0.0.1#5353", [RejectReason.OTHER_ACTION]),
        ("address=/router.example/192.0.2.1", [RejectReason.NOT_A_SINK]),
        ("address=/#/", [RejectReason.MATCHES_ALL]),
        ("address=/#/0.0.0.0", [RejectReason.MATCHES_ALL]),
        ("address=/co.uk/", [RejectReason.PUBLIC_SUFFIX]),
        ("address=//", [RejectReason.NOT_A_HOST]),
        ("address=/example.org", [RejectReason.OTHER_DIRECTIVE]),
        ("server=192.0.2.53", [RejectReason.OTHER_DIRECTIVE]),
        ("conf-dir=/etc/dnsmasq.d/,*.conf", [RejectReason.OTHER_DIRECTIVE]),
        ("domain-needed", [RejectReason.OTHER_DIRECTIVE]),
        ("# address=/example.org/", []),
        ("  # comment", []),
    ],
)
def test_what_leads_nowhere_is_blocked(line: str, seen: list[Seen]) -> None:
    assert read(line, HostFormat.DNSMASQ) == seen


def test_a_declaration_does_not_narrow_what_dnsmasq_says() -> None:
    assert read("address=/example.org/", HostFormat.DNSMASQ, matches=Matches.EXACT) == ["example.org"]
