import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.indexes.host_names import normalise_host
from storage.host_formats import HostFormat, Matches, listed_host
from storage.list_lines import RejectReason
from tests.storage.host_formats.lists import read, read_numbered

NOT_A_HOST = RejectReason.NOT_A_HOST
DOMAINS, WILDCARD, HOSTS = HostFormat.DOMAINS, HostFormat.WILDCARD, HostFormat.HOSTS


@pytest.mark.parametrize(
    ("line", "hosts"),
    [
        ("example.org", ["example.org"]),
        ("  example.org\t", ["example.org"]),
        ("EXAMPLE.Org", ["example.org"]),
        ("example.org.", ["example.org"]),
        ("example.org # ads", ["example.org"]),
        ("# example.org", []),
        ("", []),
        ("bücher.example", ["xn--bcher-kva.example"]),
        ("faß.de", ["xn--fa-hia.de"]),
        ("XN--BCHER-KVA.example", ["xn--bcher-kva.example"]),
        ("\u24d1ad.example", ["bad.example"]),
        ("_under.example.org", ["_under.example.org"]),
        ("192.0.2.7", ["192.0.2.7"]),
        ("2001:DB8::1", ["2001:db8::1"]),
        ("localhost", []),
        ("broadcasthost", []),
    ],
)
def test_hosts_of_a_plain_list_are_normalised(line: str, hosts: list[str]) -> None:
    assert read(line + "\n", DOMAINS) == hosts


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("http://example.org/", NOT_A_HOST),
        ("example.org/path", NOT_A_HOST),
        ("example.org:8080", NOT_A_HOST),
        ("someone@example.org", NOT_A_HOST),
        ("*.example.org", NOT_A_HOST),
        ("||example.org^", NOT_A_HOST),
        (".example.org", NOT_A_HOST),
        ("=example.org", NOT_A_HOST),
        ("a..example.org", NOT_A_HOST),
        ("bad%2eexample", NOT_A_HOST),
        ("good.example\\bad.example", NOT_A_HOST),
        ("bad.example\0.org", NOT_A_HOST),
        ("\0bad.example", NOT_A_HOST),
        ("a" * 64 + "." + "b" * 250 + ".org", NOT_A_HOST),
        ("xn--0.example", NOT_A_HOST),
        ("192.0.2.0/24", NOT_A_HOST),
        ("192.0.2.999", NOT_A_HOST),
        ("2130706433", NOT_A_HOST),
        ("0x7f.1", NOT_A_HOST),
        ("intranet", RejectReason.SINGLE_LABEL),
        ("com", RejectReason.PUBLIC_SUFFIX),
        ("co.uk", RejectReason.PUBLIC_SUFFIX),
        ("CO.UK.", RejectReason.PUBLIC_SUFFIX),
        ("公司.cn", RejectReason.PUBLIC_SUFFIX),
        ("0.0.0.0 example.org", RejectReason.SEVERAL_WORDS),
        ("example.org example.com", RejectReason.SEVERAL_WORDS),
    ],
)
def test_a_line_of_a_plain_list_that_is_no_host_is_rejected_with_its_number(line: str, reason: RejectReason) -> None:
    assert read_numbered(f"\n{line}\n", DOMAINS) == [(2, reason)]


def test_public_suffixes_are_taken_by_force_and_companies_suffixes_without() -> None:
    assert read("co.uk\ncom\ngithub.io\n", DOMAINS, force=True) == ["co.uk", "com", "github.io"]
    assert read("github.io\n", DOMAINS) == ["github.io"]


@pytest.mark.parametrize(
    ("matches", "covers"),
    [
        (None, ["example.org", "192.0.2.7"]),
        (Matches.SUFFIX, ["example.org", "192.0.2.7"]),
        (Matches.EXACT, ["=example.org", "192.0.2.7"]),
        (Matches.SUBDOMAINS, [".example.org", NOT_A_HOST]),
    ],
)
@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("example.org\n192.0.2.7", DOMAINS),
        ("0.0.0.0 example.org 192.0.2.7", HOSTS),
        ("example.org\n192.0.2.7", WILDCARD),
    ],
)
def test_what_a_bare_host_covers_is_declared_for_the_list(
    text: str, layout: HostFormat, matches: Matches | None, covers: list[str]
) -> None:
    assert read(text, layout, matches=matches) == covers


def test_a_public_suffix_alone_blocks_nobody_else_and_is_taken() -> None:
    assert read("co.uk", DOMAINS, matches=Matches.EXACT) == ["=co.uk"]


@pytest.mark.parametrize(
    ("matches", "covers"),
    [
        (None, ".example.org"),
        (Matches.SUBDOMAINS, ".example.org"),
        (Matches.EXACT, ".example.org"),
        (Matches.SUFFIX, "example.org"),
    ],
)
def test_a_wildcard_covers_subdomains_and_the_apex_only_where_declared(matches: Matches | None, covers: str) -> None:
    assert read("*.Example.org # c\n", WILDCARD, matches=matches) == [covers]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("*.*.example.org", NOT_A_HOST),
        ("ads*.example.org", NOT_A_HOST),
        ("*", NOT_A_HOST),
        ("*.", NOT_A_HOST),
        ("*.192.0.2.7", NOT_A_HOST),
        ("*.co.uk", RejectReason.PUBLIC_SUFFIX),
        ("*.com", RejectReason.PUBLIC_SUFFIX),
        ("*.a.example *.b.example", RejectReason.SEVERAL_WORDS),
    ],
)
def test_other_wildcards_are_rejected(line: str, reason: RejectReason) -> None:
    assert read(line, WILDCARD) == [reason]


@pytest.mark.parametrize(
    ("line", "hosts"),
    [
        ("0.0.0.0 example.org", ["example.org"]),
        ("127.0.0.1\texample.org", ["example.org"]),
        (":: example.org", ["example.org"]),
        ("0.0.0.0 one.example two.example # both", ["one.example", "two.example"]),
        ("0.0.0.0 EXAMPLE.org.#x", ["example.org"]),
        ("0.0.0.0 bücher.example", ["xn--bcher-kva.example"]),
        ("127.0.0.1 localhost localhost.localdomain", []),
        ("255.255.255.255 broadcasthost", []),
        ("fe80::1%lo0 localhost", []),
        ("0.0.0.0 0.0.0.0", []),
        ("::1 ip6-localhost ip6-loopback", []),
        ("0.0.0.0 # nothing", []),
        ("# 0.0.0.0 example.org", []),
    ],
)
def test_hosts_of_a_hosts_file_are_normalised(line: str, hosts: list[str]) -> None:
    assert read(line + "\n", HOSTS) == hosts


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("192.0.2.7 router.example", RejectReason.NOT_A_SINK),
        ("example.org", RejectReason.NO_ADDRESS),
        ("0.0.0.0 com", RejectReason.PUBLIC_SUFFIX),
        ("0.0.0.0 http://example.org/", NOT_A_HOST),
    ],
)
def test_a_line_of_a_hosts_file_that_blocks_nothing_is_rejected(line: str, reason: RejectReason) -> None:
    assert read(f"{line}\n", HOSTS) == [reason]


def test_one_bad_name_of_a_line_leaves_the_others() -> None:
    assert read("0.0.0.0 one.example b*d two.example\n", HOSTS) == ["one.example", NOT_A_HOST, "two.example"]


@given(st.text(alphabet="abcxn019-_.AZ", min_size=1, max_size=20))
@settings(deadline=None)
def test_the_short_cut_for_plain_names_says_what_the_parser_says(word: str) -> None:
    host = listed_host(word)
    assert isinstance(host, RejectReason) or host == normalise_host(word)
