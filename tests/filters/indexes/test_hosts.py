import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.indexes.hosts import BlockedHosts, HostList, NotAHost, normalise_host

BACKSLASH_TRICK = "http://good.example\\@bad.example/"


def blocked(*hosts: str, allowed: tuple[str, ...] = (), name: str = "ads", number: int = 3) -> BlockedHosts:
    return BlockedHosts((host_list(*hosts, allowed=allowed, name=name, number=number),))


def host_list(*hosts: str, allowed: tuple[str, ...] = (), name: str = "ads", number: int = 3) -> HostList:
    return HostList.of(
        name=name,
        number=number,
        digest="0f" * 32,
        entries=dict.fromkeys(hosts, "test"),
        allowed=dict.fromkeys(allowed, "a person said so"),
    )


@pytest.mark.parametrize(
    ("spelt", "host"),
    [
        ("bad.example", "bad.example"),
        ("BAD.Example", "bad.example"),
        ("bad.example.", "bad.example"),
        ("bad.example..", "bad.example"),
        ("bad.example:8080", "bad.example"),
        ("bad.example:80/path", "bad.example"),
        ("localhost", "localhost"),
        ("localhost:80", "localhost"),
        ("//bad.example/x", "bad.example"),
        ("user@bad.example", "bad.example"),
        (" http://bad.example/ ", "bad.example"),
        ("http://user:pass@bad.example:99/", "bad.example"),
        ("http://EXAMPLE.com./", "example.com"),
        ("http://x_y.example/", "x_y.example"),
        (BACKSLASH_TRICK, "good.example"),
        ("http://bad%2eexample/", "bad.example"),
        ("https://listed%2ecom/", "listed.com"),
        ("http://\u24d1ad.example/", "bad.example"),
        ("http://b\u00adad.example/", "bad.example"),
        ("http://bad\u3002example/", "bad.example"),
        ("http://fa\u00df.de/", "xn--fa-hia.de"),
        ("http://XN--FA-HIA.de/", "xn--fa-hia.de"),
        ("http:/\\bad.example/", "bad.example"),
        ("http:///bad.example/", "bad.example"),
        ("HTTP:bad.example", "bad.example"),
        ("ht\ntp://bad\t.example/", "bad.example"),
        ("http://bad.example\t.evil/", "bad.example.evil"),
        ("weird://Bad%2eExample/", "bad.example"),
        ("file://Host/x", "host"),
    ],
)
def test_host_is_read_as_a_browser_does(spelt: str, host: str) -> None:
    assert normalise_host(spelt) == host


@pytest.mark.parametrize(
    ("spelt", "address"),
    [
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1"),
        ("127.0.0.1..", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://0x7f.0.0.1/", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://0177.0.0.1/", "127.0.0.1"),
        ("http://%31%32%37.0.0.1/", "127.0.0.1"),
        ("http://\uff1127.0.0.1/", "127.0.0.1"),
        ("http://[::ffff:127.0.0.1]/", "127.0.0.1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("[::1]:8080", "::1"),
        ("fe80::1", "fe80::1"),
        ("http://[2001:DB8:0:0:0:0:0:1]/", "2001:db8::1"),
    ],
)
def test_every_spelling_of_an_address_is_one_address(spelt: str, address: str) -> None:
    assert normalise_host(spelt) == address


@pytest.mark.parametrize(
    "spelt",
    [
        "",
        "   ",
        "http://",
        "http://../",
        "http://a..b/",
        "http://.a.b/",
        "http://" + "a" * 250 + ".test/",
        "http://bad.example%00.good.example/",
        "http://bad.example\x00/",
        "http://a b/",
        "http://xn--a/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://example.com:99999/",
        "http://[fe80::1%25eth0]/",
        "http://\ud800x/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "mailto:x@bad.example",
        "javascript:alert(1)",
    ],
)
def test_what_names_no_host_is_not_a_host(spelt: str) -> None:
    with pytest.raises(NotAHost):
        normalise_host(spelt)


def test_error_never_holds_the_address() -> None:
    with pytest.raises(NotAHost) as caught:
        normalise_host("http://secret..example/")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_longest_host_is_253_characters() -> None:
    host = ".".join(["a" * 49] * 5) + ".abc"
    assert len(host) == 253
    assert normalise_host(f"http://{host}./") == host
    with pytest.raises(NotAHost):
        normalise_host(f"http://b{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "https://bad.example/x",
        "https://www.bad.example/",
        "https://a.b.c.d.bad.example/",
        "https://BAD.example.:8443/",
        "https://listed%2ebad%2eexample/",
        "//bad.example/",
    ],
)
def test_listed_host_and_all_its_subdomains_are_found(url: str) -> None:
    entry = blocked("bad.example").find(url)
    assert entry is not None
    assert (entry.list, entry.number, entry.host, entry.why) == ("ads", 3, "bad.example", "test")


@pytest.mark.parametrize(
    "url",
    [
        "https://notbad.example/",
        "https://bad.example.evil.test/",
        "https://example/",
        "https://good.example/?url=bad.example",
        "https://bad.example@good.example/",
        "https://b\u0430d.example/",  # Cyrillic a: another host, and a valid one
    ],
)
def test_host_that_only_looks_listed_is_not_found(url: str) -> None:
    assert blocked("bad.example").find(url) is None


def test_listed_child_says_nothing_of_its_parent() -> None:
    assert blocked("ads.bad.example").find("https://bad.example/") is None


@pytest.mark.parametrize("listed", ["good.example", "bad.example"])
def test_either_reading_of_an_ambiguous_address_blocks(listed: str) -> None:
    assert blocked(listed).find(BACKSLASH_TRICK) is not None


@pytest.mark.parametrize("listed", ["xn--fa-hia.de", "fass.de"])
def test_sharp_s_is_blocked_as_old_and_as_new_software_reads_it(listed: str) -> None:
    assert blocked(listed).find("http://www.fa\u00df.de/") is not None


def test_what_browsers_cannot_read_is_blocked_if_others_read_a_listed_host() -> None:
    assert blocked("bad.example").find("http://bad.example:99999/") is not None


@pytest.mark.parametrize(
    "url", ["http://a..b/", "http://[bad/", "http://\u2100.example:x/", "http://" + "\u00fc" * 300 + ".test/"]
)
def test_what_nobody_can_read_is_not_a_host(url: str) -> None:
    with pytest.raises(NotAHost):
        blocked("bad.example").find(url)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://0x0a.0.0.1/", "http://167772161/"])
def test_listed_address_is_found_in_every_spelling(url: str) -> None:
    assert blocked("10.0.0.1").find(url) is not None


def test_address_has_no_parents() -> None:
    for parent in ("0.1", "1", "0.0.1"):
        with pytest.raises(NotAHost):
            blocked(parent)
    assert blocked("2001:db8::1").find("http://[2001:db8::1]/") is not None
    assert blocked("2001:db8::1").find("http://[2001:db8::2]/") is None


def test_allowed_host_and_its_subdomains_are_not_found() -> None:
    hosts = blocked("bad.example", allowed=("fine.bad.example",))
    assert hosts.find("https://fine.bad.example/") is None
    assert hosts.find("https://www.fine.bad.example/") is None
    assert hosts.find("https://bad.example/") is not None


def test_allowing_a_host_does_not_lift_an_entry_for_its_subdomain() -> None:
    hosts = blocked("bad.example", "ads.bad.example", allowed=("bad.example",))
    assert hosts.find("https://bad.example/") is None
    assert hosts.find("https://ads.bad.example/") is not None


def test_a_person_allows_for_every_list() -> None:
    hosts = BlockedHosts(
        (host_list("bad.example", name="bought"), host_list(allowed=("bad.example",), name="operator"))
    )
    assert hosts.find("https://bad.example/") is None


def test_second_list_is_asked_too() -> None:
    hosts = BlockedHosts((host_list("one.example", name="a"), host_list("two.example", name="b", number=7)))
    entry = hosts.find("http://two.example/")
    assert entry is not None
    assert (entry.list, entry.number) == ("b", 7)


def test_no_list_finds_nothing() -> None:
    assert BlockedHosts(()).find("http://bad.example/") is None


@pytest.mark.parametrize(
    "written", ["BAD.example", "http://bad.example", "bad.example/..", "b d.example", "b\u00fccher.example", "a:80", ""]
)
def test_list_with_a_host_that_would_never_be_found_is_not_accepted(written: str) -> None:
    with pytest.raises(NotAHost):
        host_list(written)
    with pytest.raises(NotAHost):
        host_list("bad.example", allowed=(written,))


def test_revision_changes_with_name_number_digest_and_overrides() -> None:
    base = host_list("bad.example")
    others = [
        host_list("bad.example", name="other"),
        host_list("bad.example", number=4),
        host_list("bad.example", allowed=("a.bad.example",)),
        HostList.of(name="ads", number=3, digest="f0" * 32, entries=base.entries),
    ]
    revisions = {BlockedHosts((each,)).revision for each in (base, *others)}
    assert len(revisions) == len(others) + 1
    assert BlockedHosts((host_list("bad.example"),)).revision in revisions


def test_repr_of_a_list_does_not_print_its_entries() -> None:
    assert "bad.example" not in repr(host_list("bad.example", allowed=("fine.example",)))


LABELS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
HOSTS = (
    st.lists(LABELS, min_size=1, max_size=4)
    .map(".".join)
    .filter(lambda host: not host[-1].isdigit())
    .map(lambda host: host + ".test")
)


@st.composite
def misspelt(draw: st.DrawFn, host: str) -> str:
    """Return a URL that a browser takes to `host` or to a subdomain of it."""
    subdomain = draw(st.one_of(st.just(""), LABELS.map(lambda label: label + ".")))
    spelt = "".join(draw(st.sampled_from(_spellings(character))) for character in subdomain + host)
    scheme = draw(st.sampled_from(["http://", "HTTPS://", "http:/\\", "http:\\\\", "https:////", "ftp://", "hTTp:"]))
    userinfo = draw(st.sampled_from(["", "user@", "user:pw@", "good.example@", "good.example%2f@"]))
    dots = draw(st.sampled_from(["", ".", ".."]))
    port = draw(st.sampled_from(["", ":80", ":8443", ":"]))
    rest = draw(st.sampled_from(["", "/", "/a?b=c#d", "\\x", "?@good.example", "#@good.example", "\\@good.example/"]))
    around = draw(st.sampled_from(["", " ", "\n", "\x01"]))
    return around + scheme + userinfo + spelt + dots + port + rest + around


def _spellings(character: str) -> list[str]:
    escaped = f"%{ord(character):02x}"
    plain = [character, character.upper(), escaped, escaped.upper(), character + "\t", character + "\u00ad"]
    if character == ".":
        return [*plain, "\u3002", "\uff0e"]
    return [*plain, chr(ord(character) - ord("!") + 0xFF01)]


@settings(deadline=None)
@given(st.data(), HOSTS)
def test_no_url_of_a_listed_host_passes_however_it_is_spelt(data: st.DataObject, host: str) -> None:
    url = data.draw(misspelt(host))
    assert blocked(host).find(url) is not None


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_host_or_not_a_host(text: str) -> None:
    try:
        host = normalise_host(text)
    except NotAHost:
        return
    assert normalise_host(host) == host
    assert host == host.lower()
    assert not host.endswith(".")
