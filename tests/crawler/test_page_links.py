"""Claims about which links lead to pages."""

import pytest

from crawler.extract import found_picture
from crawler.page_links import is_named_like_a_picture, page_links

ENDINGS = ("jpg", "jpeg", "png", "gif", "webp", "avif", "bmp", "tif", "tiff", "svg", "ico", "jxl", "heic", "JPG", "Png")
SITE = "https://example.org"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("address", ["/a.{}", "/b/a.{}?w=1", "/a.{};v=1", "/a.{};v=1;w=2?c=/d", "/a;name=b.{}"])
def test_an_address_that_ends_like_a_picture_is_named_like_one(address: str, ending: str) -> None:
    assert is_named_like_a_picture(SITE + address.format(ending))


def test_an_escaped_ending_is_an_ending() -> None:
    assert is_named_like_a_picture(f"{SITE}/a%2Ej%70g")


@pytest.mark.parametrize(
    "address", ["/", "/jpg", "/a.jpg/", "/a.jpg/comments", "/a.jpg.html", "/a?b=c.jpg", "/a?b=/c.jpg", "/a.html;b=jpg"]
)
def test_any_other_address_is_that_of_a_page(address: str) -> None:
    assert not is_named_like_a_picture(SITE + address)


def test_a_picture_that_the_page_shows_is_no_link_whatever_it_is_called() -> None:
    shown = found_picture("/media/1", f"{SITE}/media/1", None, "")
    assert list(page_links([f"{SITE}/media/1", f"{SITE}/media/2"], [shown])) == [f"{SITE}/media/2"]
