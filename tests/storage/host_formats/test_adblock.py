import pytest

from storage.host_formats import HostFormat, Matches
from storage.list_lines import RejectReason
from tests.storage.host_formats.lists import Seen, read


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("||example.org^", "example.org"),
        ("||Example.ORG.^", "example.org"),
        ("||bücher.example^", "xn--bcher-kva.example"),
        ("||example.org", "example.org"),
        ("||example.org^|", "example.org"),
        ("||192.0.2.7^", "192.0.2.7"),
        ("||example.org^$important", "example.org"),
        ("||example.org^$all", "example.org"),
        ("||example.org^$document,important", "example.org"),
        ("||*.example.org^", ".example.org"),
        ("@@||ok.example^", "@@ok.example"),
        ("@@||ok.example^$document", "@@ok.example"),
        ("@@||ok.example/fine", "@@ok.example/fine*"),
        ("||example.org/", "example.org/*"),
        ("||example.org/ads/", "example.org/ads/*"),
        ("||example.org/ads", "example.org/ads*"),
        ("||example.org/ads*", "example.org/ads*"),
        ("||example.org/ads?id=1", "example.org/ads?id=1*"),
        ("||example.org/ad.gif|", RejectReason.PATTERN),
        ("@@|https://ok.example/a.gif|", "@@ok.example/a.gif"),
        ("@@|https://ok.example/a", RejectReason.PATTERN),
        ("|https://example.org/ads/", "example.org/ads/*"),
        ("|http://example.org/ad.gif|", "example.org/ad.gif"),
        ("||example.org/a$b", RejectReason.LIMITED_RULE),
        ("||example.org^$third-party", RejectReason.LIMITED_RULE),
        ("||example.org^$image,domain=a.example|b.example", RejectReason.LIMITED_RULE),
        ("||example.org^$important,popup", RejectReason.LIMITED_RULE),
        ("||example.org^$badfilter", RejectReason.LIMITED_RULE),
        ("@@||ok.example^$generichide", RejectReason.LIMITED_RULE),
        ("||example.org/ads^", RejectReason.PATTERN),
        ("||example.org/*/ads", RejectReason.PATTERN),
        ("||example.org^ads", RejectReason.PATTERN),
        ("||ex*mple.org^", RejectReason.PATTERN),
        ("example.org", RejectReason.PATTERN),
        ("-banner-", RejectReason.PATTERN),
        ("/banner/*", RejectReason.PATTERN),
        ("|ftp://example.org/", RejectReason.PATTERN),
        ("/ad[0-9]+$/", RejectReason.REGEX),
        (r"/^https?:\/\/ads\./", RejectReason.REGEX),
        ("@@/fine/", RejectReason.REGEX),
        ("##.banner", RejectReason.COSMETIC),
        ("example.org##.banner", RejectReason.COSMETIC),
        ("example.org,~a.example#@#.banner", RejectReason.COSMETIC),
        ("example.org#?#div:has(a)", RejectReason.COSMETIC),
        ("example.org#$#hide", RejectReason.COSMETIC),
        ("example.org#%#//scriptlet", RejectReason.COSMETIC),
        ("example.org$$script[data]", RejectReason.COSMETIC),
        ("||", RejectReason.NOT_A_HOST),
        ("||intranet.^", RejectReason.SINGLE_LABEL),
        ("||com^", RejectReason.PUBLIC_SUFFIX),
        ("||co.uk^", RejectReason.PUBLIC_SUFFIX),
        ("||co.uk/", RejectReason.PUBLIC_SUFFIX),
        ("@@||co.uk^", RejectReason.PUBLIC_SUFFIX),
    ],
)
def test_a_rule_is_taken_where_a_list_of_hosts_can_say_the_same(line: str, seen: Seen) -> None:
    assert read(line, HostFormat.ADBLOCK) == [seen]


@pytest.mark.parametrize("line", ["! ||example.org^", "[Adblock Plus 2.0]", "!#if env_mobile", "# ||example.org^", "!"])
def test_comments_and_headers_are_no_entries_and_not_rejected(line: str) -> None:
    assert read(line, HostFormat.ADBLOCK) == []


def test_what_a_rule_covers_is_said_by_the_rule_and_not_by_a_declaration() -> None:
    rules = "||example.org^\n@@||ok.example^\n"
    assert read(rules, HostFormat.ADBLOCK, matches=Matches.EXACT) == ["example.org", "@@ok.example"]
