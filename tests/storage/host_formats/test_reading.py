import gzip
import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.indexes.entries import read_entry
from storage.host_formats import HostFormat, ListLine, Matches, read_hosts, recognise
from storage.list_lines import BadList, RejectReason
from tests.storage.host_formats.lists import Seen, read

LISTS = Path(__file__).parents[1] / "lists"
FILES = [each for each in HostFormat if each is not HostFormat.UT1]


def sha256(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


SAMPLES: list[tuple[str, HostFormat, list[Seen]]] = [
    ("domains.txt", HostFormat.DOMAINS, ["one.example", "two.example", "192.0.2.7"]),
    ("wildcard.txt", HostFormat.WILDCARD, [".one.example", ".two.example", "three.example"]),
    ("hosts.txt", HostFormat.HOSTS, ["one.example", "two.example", "three.example"]),
    (
        "adblock.txt",
        HostFormat.ADBLOCK,
        [
            "one.example",
            "two.example/pictures/*",
            "@@fine.one.example",
            RejectReason.LIMITED_RULE,
            RejectReason.COSMETIC,
            RejectReason.REGEX,
            "four.example",
        ],
    ),
    (
        "dnsmasq.conf",
        HostFormat.DNSMASQ,
        ["one.example", "two.example", "three.example", "@@fine.one.example", "four.example"],
    ),
    (
        "rpz.zone",
        HostFormat.RPZ,
        [
            "=one.example",
            ".one.example",
            "=two.example",
            "@@=fine.one.example",
            "192.0.2.0/24",
            "2001:db8::1",
            RejectReason.OTHER_TRIGGER,
        ],
    ),
    ("unbound.conf", HostFormat.UNBOUND, ["one.example", "two.example", "=two.example", "@@fine.one.example"]),
    ("cidr.txt", HostFormat.CIDR, ["192.0.2.0/24", "198.51.100.7", "2001:db8::/32", "203.0.113.1", "203.0.113.2"]),
    (
        "sha256-urls.txt",
        HostFormat.SHA256_URLS,
        [sha256("one.example/page"), sha256("two.example/"), sha256("three.example/a/")],
    ),
]


@pytest.mark.parametrize(("name", "layout", "seen"), SAMPLES)
def test_a_list_is_recognised_and_read_to_its_last_line(name: str, layout: HostFormat, seen: list[Seen]) -> None:
    raw = (LISTS / name).read_bytes()
    assert recognise(io.BytesIO(raw)) is layout
    assert read(raw) == read(raw, layout) == seen


@pytest.mark.parametrize(("name", "layout", "seen"), SAMPLES)
def test_files_from_windows_are_read_alike(name: str, layout: HostFormat, seen: list[Seen]) -> None:
    raw = b"\xef\xbb\xbf" + (LISTS / name).read_bytes().replace(b"\n", b"\r\n")
    assert read(raw) == read(raw, layout) == seen


def test_a_list_of_urls_must_be_said_to_be_exact_or_not() -> None:
    raw = (LISTS / "urls.txt").read_bytes()
    with pytest.raises(BadList, match="--format url-prefixes"):
        read(raw)
    assert read(raw, HostFormat.URLS) == [
        "one.example/page?picture=1",
        "two.example:8443/",
        "three.example/folder/page",
    ]
    assert read(raw, HostFormat.URL_PREFIXES)[-1] == "three.example/folder/page*"


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("example.org\n", HostFormat.DOMAINS),
        ("# 0.0.0.0 example.org\nexample.org\n", HostFormat.DOMAINS),
        ("## Title\n###########\nexample.org # c\n", HostFormat.DOMAINS),
        ("#\n" * 500 + "||example.org^\n", HostFormat.ADBLOCK),
        ("0.0.0.0 example.org\n", HostFormat.HOSTS),
        ("# title\n\n127.0.0.1 localhost\n::1 localhost\n0.0.0.0 example.org\n", HostFormat.HOSTS),
        ("fe80::1%lo0 localhost\n0.0.0.0 example.org\n", HostFormat.HOSTS),
        ("192.0.2.7\n", HostFormat.DOMAINS),
        ("192.0.2.7\n192.0.2.8\n198.51.100.0/24\n", HostFormat.CIDR),
        ("192.0.2.7 - 192.0.2.9\n", HostFormat.CIDR),
        ("192.0.2.0/24 ; SBL1\n", HostFormat.CIDR),
        ("one.example\ntwo.example\n*.three.example\n", HostFormat.WILDCARD),
        ("one.example CNAME .\n", HostFormat.RPZ),
        ("rpz.example. 60 IN SOA a. b. 1 2 3 4 5\n", HostFormat.RPZ),
        ("[Adblock Plus 2.0]\nexample.org\n-banner-\n", HostFormat.ADBLOCK),
        ("example.org##.banner\n", HostFormat.ADBLOCK),
        ("@@||example.org^\n", HostFormat.ADBLOCK),
        ("local=/example.org/\n", HostFormat.DNSMASQ),
        ("local-data: 'example.org A 0.0.0.0'\n", HostFormat.UNBOUND),
    ],
)
def test_the_format_is_recognised(text: str, layout: HostFormat) -> None:
    assert recognise(io.BytesIO(text.encode())) is layout


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0 one.example\ntwo.example\n",
        "||one.example^\naddress=/two.example/\n",
        "[Adblock Plus 2.0]\n$TTL 30\none.example CNAME .\n||two.example^\n",
        "dear reader, this is no list\n",
        "\0\0\0\0 \0\0\n",
        b"\xff\xfa\n" * 10,
    ],
)
def test_a_file_of_no_one_format_is_refused_and_the_way_out_is_named(text: str | bytes) -> None:
    with pytest.raises(BadList, match=r"--format \(domains, wildcard, .*, ut1\)"):
        read(text)


def test_an_empty_file_is_refused_when_its_format_is_to_be_recognised() -> None:
    with pytest.raises(BadList, match="no entry"):
        read("# nothing\n\n")


@pytest.mark.parametrize("layout", [None, *FILES])
@pytest.mark.parametrize(
    ("raw", "says"),
    [("example.org\n".encode("utf-16"), "UTF-16"), (gzip.compress(b"example.org\n", mtime=0), "unpack it first")],
)
def test_a_file_in_another_wrapping_is_refused_with_a_word(raw: bytes, says: str, layout: HostFormat | None) -> None:
    with pytest.raises(BadList, match=says):
        read(raw, layout)


@pytest.mark.parametrize("raw", [b"one.example\n", gzip.compress(b"", mtime=0)])
def test_a_file_is_no_ut1_list_and_the_way_to_one_is_named(raw: bytes) -> None:
    with pytest.raises(BadList, match="tar xzf"):
        read(raw, HostFormat.UT1)


@pytest.mark.parametrize("layout", FILES)
def test_a_line_of_ten_megabytes_is_one_rejected_line_and_takes_no_memory(layout: HostFormat) -> None:
    source = io.BytesIO(b"a" * 10_000_000 + b"\n\xff\n" + b"\0" * 1000 + b"\n")
    tracemalloc.start()
    seen = [item.reason for item in read_hosts(source, layout) if not isinstance(item, ListLine)]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen[:2] == [RejectReason.TOO_LONG, RejectReason.NOT_UTF8]
    assert len(seen) == 3
    assert most < 2_000_000


@pytest.mark.parametrize("layout", FILES)
def test_many_lines_take_no_more_memory_than_few(layout: HostFormat) -> None:
    source = io.BytesIO(b"# comment\n" * 20_000 + b"address=/a.example/\n" * 5_000)
    tracemalloc.start()
    for _ in read_hosts(source, layout):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000


@pytest.mark.parametrize("layout", FILES)
@given(raw=st.binary(max_size=300), matches=st.sampled_from([None, *Matches]), force=st.booleans())
@settings(deadline=None, max_examples=40)
def test_no_bytes_crash_a_reader(layout: HostFormat, raw: bytes, matches: Matches | None, force: bool) -> None:
    _assert_canonical(raw, layout, matches=matches, force=force)


WORDS = (
    *(
        "||",
        "@@",
        "^",
        "$",
        "|",
        "*",
        "/",
        ".",
        "=",
        "#",
        "##",
        " ",
        "\t",
        "\n",
        "\r\n",
        '"',
        "'",
        "(",
        ")",
        ";",
        "@",
        "\\",
    ),
    *(
        "address=/",
        "server=/",
        "local-zone: ",
        "local-data: ",
        " redirect",
        " CNAME .",
        " A 0.0.0.0",
        "$ORIGIN ",
        "$TTL 1",
    ),
    *(
        "0.0.0.0 ",
        "192.0.2.7",
        "/24",
        "-",
        "::",
        "zz",
        "32.",
        ".rpz-ip",
        "%2A",
        "%",
        "http://",
        "sha256:",
        "0" * 63,
        "ab",
    ),
    *(
        "example.org",
        "co.uk",
        "com",
        "bücher",
        "xn--",
        "\u2488",
        "\ufeff",
        "\0",
        "\x85",
        "\u2028",
        "\ud7ff",
        "?",
        ":80",
        "ⓐ",
    ),
)


@pytest.mark.parametrize("layout", [None, *FILES])
@given(pieces=st.lists(st.sampled_from(WORDS), max_size=12), force=st.booleans())
@settings(deadline=None, max_examples=150)
def test_no_mixture_of_what_formats_are_made_of_crashes_a_reader(
    layout: HostFormat | None, pieces: list[str], force: bool
) -> None:
    _assert_canonical("".join(pieces).encode(), layout, matches=None, force=force)


def _assert_canonical(raw: bytes, layout: HostFormat | None, *, matches: Matches | None, force: bool) -> None:
    """Every line that is taken is in the grammar of the index, so that it will be found."""
    try:
        items = list(read_hosts(io.BytesIO(raw), layout, matches=matches, force=force))
    except BadList:
        return
    for item in items:
        if isinstance(item, ListLine):
            assert read_entry(item.covers) == item.covers


@pytest.mark.parametrize(("name", "layout", "seen"), SAMPLES)
@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_half_a_file_is_read_as_far_as_it_goes(
    name: str, layout: HostFormat, seen: list[Seen], data: st.DataObject
) -> None:
    raw = (LISTS / name).read_bytes()
    whole_lines = raw[: data.draw(st.integers(0, len(raw)))].rpartition(b"\n")[0]
    try:
        part = read(whole_lines, layout)
    except BadList:
        assert layout is HostFormat.RPZ  # cut within a parenthesis
    else:
        assert part == seen[: len(part)]


PIECES = (".", "0.", "a.", "*.", "..", "#", "##", "$", "||", "(", '"', "0", "a b ", "=/", "-", r"\"")


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("layout", [None, *FILES])
def test_a_long_line_takes_linear_time(layout: HostFormat | None, piece: str) -> None:
    """A reader that takes the square of it would not come to an end within the patience of whoever runs this."""
    try:
        read(piece * (60_000 // len(piece)) + "!", layout)
    except BadList:
        return
