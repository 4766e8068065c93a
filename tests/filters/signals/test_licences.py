import pytest

from filters.signals.licences import MOST, is_creative_commons, licence, licence_links, nearest_first
from filters.signals.signal import Licence

CC = "https://creativecommons.org"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{CC}/licenses/by-nc/4.0/", True),
        (f"{CC}/licenses/by/4.0", True),
        ("http://www.creativecommons.org/licenses/by-sa/3.0/de/", True),
        (f"{CC}/licenses/by/2.5/es-ca/deed.ca", True),
        (f"{CC}/licenses/by-nc-nd/2.1/jp/legalcode.txt", True),
        (f"{CC}/publicdomain/zero/1.0/", True),
        (f"{CC}/publicdomain/mark/1.0/deed.pt_br", True),
        (f"{CC}/licenses/by-nd-nc/4.0/", False),
        (f"{CC}/licenses/by/5.0/", False),
        (f"{CC}/licenses/", False),
        (f"{CC}/publicdomain/zero/2.0/", False),
        ("https://creativecommons.org.evil.test/licenses/by/4.0/", False),
        ("https://example.org/?u=https://creativecommons.org/licenses/by/4.0/", False),
        (f"{CC}/licenses/by/4.0/\n", False),
        (f"{CC}/licenses/by/4.0/legalcode" + "x" * 3000, False),
    ],
)
def test_licences_of_creative_commons_are_known_by_their_url(url: str, expected: bool) -> None:
    assert is_creative_commons(url) is expected


@pytest.mark.parametrize(
    "url", ["", "cc-by", "ftp://x.test/l", "javascript:1", "https://", "https://x.test/" + "a" * 2048]
)
def test_what_is_no_url_of_the_web_is_no_licence(url: str) -> None:
    assert licence(url, found_in="a", nearness=3) is None


def test_a_licence_is_kept_with_its_place_and_credit() -> None:
    given = licence(" https://x.test/l ", found_in="json-ld license", nearness=1, credit="A. Heron")
    assert given == Licence(url="https://x.test/l", found_in="json-ld license", nearness=1, credit="A. Heron")


def test_link_headers_name_licences_that_are_no_rsl() -> None:
    headers = [
        ("link", '<cc>; rel="license", <next>; rel=next'),
        ("link", "<rsl.xml>; rel=license; type=application/rsl+xml"),
        ("link", "<ftp://x.test/l>; rel=license"),
    ]
    found = licence_links(headers, "https://x.test/a/b")
    assert found == (Licence(url="https://x.test/a/cc", found_in="header link", nearness=3),)


def test_the_nearest_comes_first_and_each_url_once() -> None:
    given = [
        Licence(url=url, found_in="", nearness=nearness) for url, nearness in [("p", 3), ("f", 2), ("p", 1), ("f", 3)]
    ]
    assert [(each.url, each.nearness) for each in nearest_first(given)] == [("p", 1), ("f", 2)]


def test_of_many_licences_the_nearest_are_kept() -> None:
    given = [Licence(url=str(each), found_in="", nearness=3) for each in range(MOST)]
    near = Licence(url="near", found_in="", nearness=1)
    assert nearest_first([*given, near])[0] is near
    assert len(nearest_first([*given, near])) == MOST
