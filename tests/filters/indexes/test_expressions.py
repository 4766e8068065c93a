import pytest

from filters.indexes.expressions import address_of, hash_of, spelt
from filters.indexes.host_names import NotAHost

# The vectors of "URLs and Hashing" that are hosts to us; it also reads some that no browser does, such as host%23.com.
CANONICAL = [
    ("http://host/%25%32%35", "host/%25"),
    ("http://host/%25%32%35%25%32%35", "host/%25%25"),
    ("http://host/%2525252525252525", "host/%25"),
    ("http://host/asdf%25%32%35asd", "host/asdf%25asd"),
    ("http://host/%%%25%32%35asd%%", "host/%25%25%25asd%25%25"),
    ("http://www.google.com/", "www.google.com/"),
    (
        "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/%77%77%77%2E%65%62%61%79%2E%63%6F%6D/",
        "168.188.99.26/.secure/www.ebay.com/",
    ),
    (
        "http://195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/",
        "195.127.0.11/uploads/%20%20%20%20/.verify/.eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/",
    ),
    ("http://3279880203/blah", "195.127.0.11/blah"),
    ("http://www.google.com/blah/..", "www.google.com/"),
    ("www.google.com/", "www.google.com/"),
    ("www.google.com", "www.google.com/"),
    ("http://www.evil.com/blah#frag", "www.evil.com/blah"),
    ("http://www.GOOgle.com/", "www.google.com/"),
    ("http://www.google.com.../", "www.google.com/"),
    ("http://www.google.com/foo\tbar\rbaz\n2", "www.google.com/foobarbaz2"),
    ("http://www.google.com/q?r?", "www.google.com/q?r?"),
    ("http://www.google.com/q?r?s", "www.google.com/q?r?s"),
    ("http://evil.com/foo#bar#baz", "evil.com/foo"),
    ("http://evil.com/foo;", "evil.com/foo;"),
    ("http://evil.com/foo?bar;", "evil.com/foo?bar;"),
    ("http://notrailingslash.com", "notrailingslash.com/"),
    ("http://www.gotaport.com:1234/", "www.gotaport.com/"),
    ("  http://www.google.com/  ", "www.google.com/"),
    ("http:// leadingspace.com/", None),
    ("http://%20leadingspace.com/", None),
    ("http://\x01\x80.com/", None),
    ("https://www.securesite.com/", "www.securesite.com/"),
    ("http://host.com/ab%23cd", "host.com/ab%23cd"),
    ("http://host.com//twoslashes?more//slashes", "host.com/twoslashes?more//slashes"),
    ("http://host/a/%2e%2e/b/./c%2F..%2Fd/.", "host/b/d/"),
    ("http://host/a/%252e%252e/b/%25252e/c/%252e", "host/b/c/"),
    ("http://host/%252e%252e/%252e%252e", "host/"),
    ("http://host\\a\\b", "host/a/b"),
    ("http://host/\u00fc", "host/%C3%BC"),
    ("http://host/?", "host/"),
]


@pytest.mark.parametrize(("url", "canonical"), CANONICAL)
def test_address_is_spelt_as_safe_browsing_says(url: str, canonical: str | None) -> None:
    if canonical is None:
        with pytest.raises(NotAHost):
            address_of(url)
    else:
        assert spelt(address_of(url)).whole == (canonical,)


# The three examples of the same text.
@pytest.mark.parametrize(
    ("url", "covered_by"),
    [
        (
            "http://a.b.com/1/2.html?param=1",
            [
                "a.b.com/1/2.html?param=1",
                "a.b.com/1/2.html",
                "a.b.com/",
                "a.b.com/1/",
                "b.com/1/2.html?param=1",
                "b.com/1/2.html",
                "b.com/",
                "b.com/1/",
            ],
        ),
        (
            "http://a.b.c.d.e.f.com/1.html",
            [
                "a.b.c.d.e.f.com/1.html",
                "a.b.c.d.e.f.com/",
                "c.d.e.f.com/1.html",
                "c.d.e.f.com/",
                "d.e.f.com/1.html",
                "d.e.f.com/",
                "e.f.com/1.html",
                "e.f.com/",
                "f.com/1.html",
                "f.com/",
            ],
        ),
        ("http://1.2.3.4/1/", ["1.2.3.4/1/", "1.2.3.4/"]),
        ("http://[2001:db8::1]/1/", ["[2001:db8::1]/1/", "[2001:db8::1]/"]),
        ("http://localhost/", ["localhost/"]),
    ],
)
def test_address_is_covered_by_these_expressions_and_no_others(url: str, covered_by: list[str]) -> None:
    assert sorted(spelt(address_of(url)).expressions) == sorted(covered_by)


def test_nearest_expression_comes_first_and_there_are_at_most_thirty() -> None:
    found = spelt(address_of("http://a.b.c.d.e.f.g/1/2/3/4/5/6.html?x")).expressions
    assert found[:3] == ("a.b.c.d.e.f.g/1/2/3/4/5/6.html?x", "a.b.c.d.e.f.g/1/2/3/4/5/6.html", "a.b.c.d.e.f.g/1/2/3/")
    assert len(found) == 30


@pytest.mark.parametrize("url", ["http://example.org/x", "http://example.org:80/x", "ws://example.org/x"])
def test_port_is_spelt_only_where_a_list_names_it(url: str) -> None:
    assert spelt(address_of(url), frozenset({80})).whole == ("example.org:80/x", "example.org/x")
    assert spelt(address_of(url), frozenset({81})).whole == ("example.org/x",)


def test_a_url_stands_on_the_suffixes_of_its_host_too() -> None:
    found = spelt(address_of("http://a.b.example.org/x?y"), frozenset({80}))
    assert found.on_parents == (
        "a.b.example.org:80/x?y",
        "b.example.org:80/x?y",
        "example.org:80/x?y",
        "a.b.example.org/x?y",
        "b.example.org/x?y",
        "example.org/x?y",
    )


def test_hash_is_of_the_expression() -> None:
    assert hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_decoding_takes_one_pass_however_deep_an_escape_is_wrapped() -> None:
    assert spelt(address_of("http://host/%" + "25" * 100_000 + "41")).whole == ("host/A",)
