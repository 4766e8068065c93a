from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.indexes.host_names import NotAHost, normalise_host
from filters.indexes.nested import LONGEST_URL, MOST_NESTED, MOST_PARAMETERS, nested_urls
from filters.indexes.proxies import host_inside

INNER = "https://bad.example/p/heron.jpg"
BASE64 = urlsafe_b64encode(INNER.encode()).decode().rstrip("=")
CHUNKED = "/".join(BASE64[at : at + 16] for at in range(0, len(BASE64), 16))


def hosts_inside(url: str) -> set[str]:
    return {host for each in nested_urls(url) if (host := _host(each))}


def _host(url: str) -> str:
    try:
        return normalise_host(url)
    except NotAHost:
        return ""


@pytest.mark.parametrize(
    "url",
    [
        "https://wsrv.nl/?url=bad.example",
        "https://wsrv.nl/?url=bad.example/heron.jpg&w=64",
        "https://wsrv.nl/?url=https%3A%2F%2Fbad.example%2Fheron.jpg",
        "https://images.weserv.nl/?url=ssl:bad.example/heron.jpg",
        "https://images.weserv.nl/?url=ssl%3Abad.example",
        "https://i0.wp.com/bad.example/heron.jpg?ssl=1",
        "https://i3.wp.com/BAD%2eexample/heron.jpg",
        "https://shop.test/cdn-cgi/image/width=80,quality=75/https://bad.example/heron.jpg",
        "https://shop.test/cdn-cgi/image/width=80/https:/bad.example/heron.jpg",
        "https://web.archive.org/web/2020im_/http://bad.example/heron.jpg",
        "https://web.archive.org/web/20200101000000id_/bad.example/heron.jpg",
        "https://bad-example.translate.goog/herons?_x_tr_sl=de",
        "https://0-bad-example.translate.goog/herons?_x_tr_enc=0",
        "https://imgproxy.test/c2ln/rs:fit:300/plain/https://bad.example/heron.jpg@png",
        "https://imgproxy.test/c2ln/plain/https%3A%2F%2Fbad.example%2Fheron.jpg",
        f"https://imgproxy.test/c2ln/rs:fit:300/{BASE64}.jpg",
        f"https://imgproxy.test/c2ln/rs:fit:300/{CHUNKED}.jpg",
        f"https://imgproxy.test/c2ln/{BASE64}/640/480",
        f"https://resize.test/?src={b64encode(INNER.encode()).decode()}",
        "https://thumbor.test/unsafe/300x200/smart/bad.example/heron.jpg",
        "https://thumbor.test/unsafe/300x200/filters:quality(80)/http://bad.example/heron.jpg",
        "https://thumbor.test/ZGVhZGJlZWZkZWFkYmVlZmRlYWQ=/fit-in/bad.example/heron.jpg",
        "https://shop.test/_next/image?url=https%3A%2F%2Fbad.example%2Fheron.jpg&w=64&q=75",
        "https://cdn.ampproject.org/i/s/bad.example/heron.jpg",
        "https://bad-example.cdn.ampproject.org/i/s/bad.example/heron.jpg",
        "https://www.google.com/amp/s/bad.example/heron",
        "https://images-opensocial.googleusercontent.com/gadgets/proxy?url=http://bad.example/heron.jpg&container=focus",
        "https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Fbad.example%2Fheron.jpg",
        "https://cdn.statically.io/img/bad.example/heron.jpg",
        f"https://camo.test/0123abcd/{INNER.encode().hex()}",
        "https://res.test/demo/image/fetch/f_auto/https://bad.example/heron.jpg",
        "https://any.test/?url=//bad.example/heron.jpg",
        "https://any.test/?url=bad.example/heron.jpg",
        "https://any.test/?url=bad.example:8080/heron.jpg",
        "https://any.test/?https://bad.example/",
        "https://any.test/;url=http://bad.example/",
        "https://any.test/?url=http:%5C%5Cbad.example%5C",
        "https://any.test/?url=ht%09tp://bad.example/",
        "https://any.test/?url=HTTPS%3Abad.example/",
        "\x01ht\ntps://i0.wp\t.com/bad.example/heron.jpg",
        " https://user:pw@i0.wp.com:443/bad.example/heron.jpg",
        "//any.test/?url=http://bad.example/",
        "any.test/?url=http://bad.example/",
    ],
)
def test_address_inside_is_found(url: str) -> None:
    assert "bad.example" in hosts_inside(url)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_address_inside_may_be_escaped_up_to_three_times(times: int) -> None:
    inner = INNER
    for _ in range(times):
        inner = quote(inner, safe="")
    assert "bad.example" in hosts_inside(f"https://any.test/?url={inner}")
    assert "bad.example" in hosts_inside(f"https://any.test/resize/{inner}")


def test_proxy_behind_proxy_is_unwrapped_to_depth_three() -> None:
    third = quote("i0.wp.com/web.archive.org/web/2020/bad.example/heron.jpg", safe="")
    assert "bad.example" in hosts_inside(f"https://wsrv.nl/?url={third}")
    fourth = quote(f"wsrv.nl/?url={third}", safe="")
    assert "bad.example" not in hosts_inside(f"https://wsrv.nl/?url={fourth}")


def test_absolute_address_is_found_however_deep_it_is() -> None:
    inner = INNER
    for _ in range(3):
        inner = f"https://i0.wp.com/wsrv.nl/?url={quote(inner, safe='')}"
    assert "bad.example" in hosts_inside(inner)


@pytest.mark.parametrize(
    "url",
    [
        "https://good.example/?url=bad.example",
        "https://good.example/bad.example/heron.jpg",
        "https://good.example/?q=image/jpeg",
        "https://good.example/#http://bad.example/",
        "https://good.example/?mail=x@bad.example",
        "https://wp.com/bad.example/heron.jpg",
        "https://eviltranslate.goog/",
        "https://bad.example@good.example/",
        "https://good.example/heron.jpg?w=64&h=64",
        "https://good.example/aHR0c/aHR0cDov",
        "http://[bad/",
    ],
)
def test_what_only_looks_nested_is_not(url: str) -> None:
    assert "bad.example" not in hosts_inside(url)


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("bad-example.translate.goog", "bad.example"),
        ("b--d-example.translate.goog", "b-d.example"),
        ("a--b---c-example.translate.goog", "a-b-.c.example"),
        ("1-bad-example.translate.goog", "bad.example"),
        ("xn--bcher-example-wob.translate.goog", "b\u00fccher.example"),
        ("xn--99999999999.translate.goog", "99999999999"),
        ("bad-example.cdn.ampproject.org", "bad.example"),
        ("bad-example.translate.goog.evil.test", None),
    ],
)
def test_host_in_a_host_name_is_decoded(host: str, inside: str | None) -> None:
    assert host_inside(host) == inside


def test_nearest_to_the_outside_comes_first() -> None:
    inner = quote("https://one.test/?u=" + quote("https://two.test/", safe=""), safe="")
    hosts = [_host(each) for each in nested_urls(f"https://any.test/?u={inner}")]
    assert (hosts[0], hosts[-1]) == ("one.test", "two.test")


@pytest.mark.parametrize(
    "url",
    [
        "https://any.test/" + "http://a/" * (MOST_NESTED + 1),
        "https://any.test/?" + "&".join(f"u=http://a{number}.test/" for number in range(MOST_NESTED + 1)),
        "https://any.test/?" + "&" * MOST_PARAMETERS,
        "https://any.test/" + "a" * LONGEST_URL,
    ],
)
def test_more_than_can_be_read_is_not_a_host(url: str) -> None:
    with pytest.raises(NotAHost):
        list(nested_urls(url))


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text("htp:/?&=%253A2Fab.;aHR0c-_", max_size=200).map("http://any.test/".__add__))
def test_any_text_is_read_within_the_bound_or_not_a_host(text: str) -> None:
    try:
        found = list(nested_urls(text))
    except NotAHost:
        return
    assert len(found) == len(set(found)) <= MOST_NESTED
