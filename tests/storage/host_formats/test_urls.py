import hashlib

import pytest

from storage.host_formats import HostFormat
from storage.list_lines import RejectReason
from tests.storage.host_formats.lists import Seen, read

DIGEST = hashlib.sha256(b"example.org/picture").hexdigest()


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("http://example.org/page", "example.org/page"),
        ("https://example.org/page?b=2&a=1", "example.org/page?b=2&a=1"),
        ("HTTP://EXAMPLE.org/Page", "example.org/Page"),
        ("//example.org/page", "example.org/page"),
        ("example.org/page#part", "example.org/page"),
        ("example.org", "example.org"),
        ("192.0.2.7 # comment", "192.0.2.7"),
        ("http://example.org", "example.org/"),
        ("example.org#part", "example.org"),
        ("example.org/#part", "example.org/"),
        ("example.org?q", "example.org/?q"),
        ("http://someone@example.org:80/a/../b", "example.org/b"),
        ("example.org:8080/page", "example.org:8080/page"),
        ("http://bücher.example/%41", "xn--bcher-kva.example/A"),
        ("http://192.0.2.7/page", "192.0.2.7/page"),
        ("http://[2001:db8::1]/page", "[2001:db8::1]/page"),
        ("ftp://example.org/page", RejectReason.NOT_A_URL),
        ("javascript:alert(1)/", RejectReason.NOT_A_URL),
        ("http:///page", RejectReason.NOT_A_URL),
        ("example.org/a page", RejectReason.NOT_A_URL),
        ("example.org/a\0page", RejectReason.NOT_A_URL),
        ("b*d.example/page", RejectReason.NOT_A_URL),
        ("http://", RejectReason.NOT_A_URL),
        (r"\page", RejectReason.NOT_A_URL),
        ("/page", RejectReason.NOT_A_URL),
        ("=example.org", RejectReason.NOT_A_URL),
        ("sha256:" + DIGEST, RejectReason.NOT_A_URL),
        ("example.org/page*", RejectReason.PATTERN),
        ("example.org/page%2A", RejectReason.NOT_A_URL),
        ("192.0.2.0/24", RejectReason.NOT_A_URL),
        ("http://co.uk/", "co.uk/"),
        ("co.uk", RejectReason.PUBLIC_SUFFIX),
    ],
)
def test_a_url_is_listed_as_the_index_spells_it(line: str, seen: Seen) -> None:
    assert read(line, HostFormat.URLS) == [seen]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("https://example.org/folder/", "example.org/folder/*"),
        ("example.org/folder/*", "example.org/folder/*"),
        ("example.org/fold", "example.org/fold*"),
        ("example.org", "example.org/*"),
        ("com/", RejectReason.PUBLIC_SUFFIX),
        ("*", RejectReason.NOT_A_URL),
    ],
)
def test_a_beginning_of_urls_covers_all_that_begin_so(line: str, seen: Seen) -> None:
    assert read(line, HostFormat.URL_PREFIXES) == [seen]


@pytest.mark.parametrize("layout", [HostFormat.URLS, HostFormat.URL_PREFIXES])
def test_a_line_that_begins_with_a_hash_is_a_comment_and_a_public_suffix_is_taken_by_force(layout: HostFormat) -> None:
    assert read("# example.org/page\n", layout) == []
    assert read("co.uk/page\n", layout, force=True) in (["co.uk/page"], ["co.uk/page*"])


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (DIGEST, [f"sha256:{DIGEST}"]),
        (DIGEST.upper(), [f"sha256:{DIGEST}"]),
        (f"SHA256:{DIGEST} # one", [f"sha256:{DIGEST}"]),
        ("# comment", []),
        (DIGEST[:-1], [RejectReason.WRONG_LENGTH]),
        ("sha256:", [RejectReason.WRONG_LENGTH]),
        (DIGEST[:-1] + "g", [RejectReason.NOT_HEX]),
        ("example.org/", [RejectReason.NOT_HEX]),
        ("0" * 64, [RejectReason.DEGENERATE]),
        (hashlib.sha256(b"").hexdigest(), [RejectReason.DEGENERATE]),
        (f"{DIGEST} {DIGEST}", [RejectReason.SEVERAL_WORDS]),
    ],
)
def test_digests_of_urls(line: str, seen: list[Seen]) -> None:
    assert read(line, HostFormat.SHA256_URLS) == seen
