import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.indexes.hosts import normalise_host
from storage.host_formats import HostFormat, listed_host, read_hosts, recognise
from storage.list_lines import BadList, Rejected, RejectReason

NOT_A_HOST = RejectReason.NOT_A_HOST


def read(text: str | bytes, layout: HostFormat | None = None) -> list[str | Rejected]:
    return list(read_hosts(io.BytesIO(text.encode() if isinstance(text, str) else text), layout))


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
    assert read(line + "\n", HostFormat.DOMAINS) == hosts


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
        ("com", RejectReason.SINGLE_LABEL),
        ("0.0.0.0 example.org", RejectReason.SEVERAL_WORDS),
        ("example.org example.com", RejectReason.SEVERAL_WORDS),
    ],
)
def test_a_line_of_a_plain_list_that_is_no_host_is_rejected_with_its_number(line: str, reason: RejectReason) -> None:
    assert read(f"\n{line}\n", HostFormat.DOMAINS) == [Rejected(line=2, reason=reason)]


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
    assert read(line + "\n", HostFormat.HOSTS) == hosts


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("192.0.2.7 router.example", RejectReason.NOT_A_SINK),
        ("example.org", RejectReason.NO_ADDRESS),
        ("0.0.0.0 com", RejectReason.SINGLE_LABEL),
        ("0.0.0.0 http://example.org/", NOT_A_HOST),
    ],
)
def test_a_line_of_a_hosts_file_that_blocks_nothing_is_rejected(line: str, reason: RejectReason) -> None:
    assert read(f"{line}\n", HostFormat.HOSTS) == [Rejected(line=1, reason=reason)]


def test_one_bad_name_of_a_line_leaves_the_others() -> None:
    assert read("0.0.0.0 one.example b*d two.example\n", HostFormat.HOSTS) == [
        "one.example",
        Rejected(line=1, reason=NOT_A_HOST),
        "two.example",
    ]


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("example.org\n", HostFormat.DOMAINS),
        ("# 0.0.0.0 example.org\nexample.org\n", HostFormat.DOMAINS),
        ("0.0.0.0 example.org\n", HostFormat.HOSTS),
        ("# title\n\n127.0.0.1 localhost\n::1 localhost\n0.0.0.0 example.org\n", HostFormat.HOSTS),
        ("fe80::1%lo0 localhost\n0.0.0.0 example.org\n", HostFormat.HOSTS),
        ("192.0.2.7\n", HostFormat.DOMAINS),
    ],
)
def test_the_format_is_recognised_and_no_line_is_lost_by_it(text: str, layout: HostFormat) -> None:
    assert recognise(io.BytesIO(text.encode())) is layout
    assert read(text) == read(text, layout) != []


def test_an_empty_file_is_refused_when_its_format_is_to_be_recognised() -> None:
    with pytest.raises(BadList, match="no entry"):
        read("# nothing\n\n")


def test_windows_files_are_read() -> None:
    assert read(b"\xef\xbb\xbfone.example\r\ntwo.example\r\n") == ["one.example", "two.example"]


@given(st.binary(max_size=500), st.sampled_from([None, *HostFormat]))
def test_no_bytes_crash_a_reader(raw: bytes, layout: HostFormat | None) -> None:
    try:
        entries = read(raw, layout)
    except BadList:
        return
    assert all(normalise_host(each) == each for each in entries if isinstance(each, str))


@given(st.text(alphabet="abcxn019-_.AZ", min_size=1, max_size=20))
def test_the_short_cut_for_plain_names_says_what_the_parser_says(word: str) -> None:
    host = listed_host(word)
    assert isinstance(host, RejectReason) or host == normalise_host(word)
