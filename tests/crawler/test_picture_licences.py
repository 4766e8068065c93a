"""Claims about which licences of a page belong to which of its pictures."""

import json
from typing import Any

import pytest

from crawler.extract import extract
from filters.signals.signal import Licence

URL = "https://example.org/news/fox.html"
BY = "https://creativecommons.org/licenses/by/4.0/"
ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"
FOX = '<img src="fox.jpg" alt="A red fox">'


def of_the_fox(html: str) -> list[tuple[str, str, int]]:
    found = next(each for each in extract(html.encode(), url=URL).found if each.text == "A red fox")
    return [(each.url, each.found_in, each.nearness) for each in found.licences]


def of_the_page(html: str) -> list[tuple[str, str, int]]:
    licences = extract(html.encode(), url=URL).statements.licences
    return [(each.url, each.found_in, each.nearness) for each in licences]


@pytest.mark.parametrize(
    ("html", "licence"),
    [
        (f'<a rel="license" href="{BY}">', (BY, "a rel", 3)),
        (f'<link rel="license" href="{BY}">', (BY, "link rel", 3)),
        ('<a rel="nofollow LICENSE" href="/terms#x">', ("https://example.org/terms", "a rel", 3)),
        (f'<span property="cc:license" resource="{BY}">', (BY, "span property", 3)),
        (f'<a property="dct:license" href="{BY}">', (BY, "a property", 3)),
        (f'<a rel="cc:license" href="{BY}">', (BY, "a rel", 3)),
        (f'<meta itemprop="license" content="{BY}">', (BY, "meta itemprop", 3)),
        (f'<a href="{BY}">', None),
        (f'<a rel="next" href="{BY}">', None),
        ('<a rel="license">', None),
        ('<a rel="license" href="mailto:a@example.org">', None),
        ('<link rel="license" type="application/rsl+xml" href="/rsl.xml">', None),
        (f'<figure><a rel="license" href="{BY}"></figure>', None),
    ],
)
def test_a_licence_of_the_page_is_one_that_says_so(html: str, licence: tuple[str, str, int] | None) -> None:
    assert of_the_page(html) == ([] if licence is None else [licence])


@pytest.mark.parametrize(
    ("html", "licences"),
    [
        (f'<figure>{FOX}<figcaption><a rel="license" href="{BY}"></figcaption></figure>', [(BY, "a rel", 2)]),
        (f'<figure>{FOX}<a href="{BY}">CC BY</a></figure>', [(BY, "a link", 2)]),
        (f'<figure>{FOX}<a href="https://example.org/?{BY}"></a></figure>', []),
        (f'<figure><a rel="license" href="{BY}"></a></figure>{FOX}', []),
        (f'<figure><img src=a.png alt=Other><a rel="license" href="{BY}"></a></figure><figure>{FOX}</figure>', []),
        (f'<figure><a rel="license" href="{ZERO}"></a><figure>{FOX}</figure></figure>', [(ZERO, "a rel", 2)]),
    ],
)
def test_a_licence_in_a_figure_is_for_its_pictures(html: str, licences: list[tuple[str, str, int]]) -> None:
    assert of_the_fox(html) == licences


def described(**fields: Any) -> str:
    image = {"@type": "ImageObject", **fields}
    return f'<script type="application/ld+json">{json.dumps({"@graph": [image]})}</script>{FOX}'


@pytest.mark.parametrize(
    ("fields", "licences"),
    [
        ({"contentUrl": "/news/fox.jpg", "license": BY}, [(BY, "json-ld license", 1)]),
        ({"url": "fox.jpg", "license": BY}, [(BY, "json-ld license", 1)]),
        ({"contentUrl": "fox.jpg", "url": "fox.jpg", "license": BY}, [(BY, "json-ld license", 1)]),
        ({"contentUrl": "big.jpg", "url": "fox.jpg", "license": BY}, [(BY, "json-ld license", 1)]),
        ({"contentUrl": "fox.jpg", "license": {"@type": "CreativeWork", "url": BY}}, [(BY, "json-ld license", 1)]),
        ({"contentUrl": "fox.jpg", "license": [{"@id": BY}, {}, 3, " "]}, [(BY, "json-ld license", 1)]),
        (
            {"contentUrl": "fox.jpg", "license": BY, "acquireLicensePage": "/buy"},
            [(BY, "json-ld license", 1), ("https://example.org/buy", "json-ld acquireLicensePage", 1)],
        ),
        ({"contentUrl": "owl.jpg", "license": BY}, []),
        ({"contentUrl": "fox.jpg", "license": "data:,x"}, []),
        ({"contentUrl": "//[", "license": BY}, []),
        ({"contentUrl": ["fox.jpg"], "license": BY}, []),
        ({"contentUrl": "fox.jpg", "creditText": "A. Heron"}, []),
        ({"@type": "Article", "url": "fox.jpg", "license": BY}, []),
    ],
)
def test_a_licence_in_json_ld_is_for_the_picture_it_describes(
    fields: dict[str, Any], licences: list[tuple[str, str, int]]
) -> None:
    assert of_the_fox(described(**fields)) == licences


def test_the_credit_of_json_ld_is_kept_clean() -> None:
    page = extract(described(url="fox.jpg", license=BY, creditText=" A.\n Heron\0 ").encode(), url=URL)
    credited = Licence(url=BY, found_in="json-ld license", nearness=1, credit="A. Heron")
    assert [each.licences for each in page.found] == [(credited,)]


def test_the_nearest_licence_comes_first() -> None:
    html = described(url="fox.jpg", license="/own").replace(
        FOX, f'<figure>{FOX}<a rel="license" href="/figure"></figure>'
    )
    assert [nearness for _, _, nearness in of_the_fox(html)] == [1, 2]


def test_a_picture_without_an_element_has_what_is_said_of_it() -> None:
    preview = '<meta property="og:image" content="fox.jpg"><meta property="og:image:alt" content="A red fox">'
    assert of_the_fox(described(url="fox.jpg", license=BY).replace(FOX, preview)) == [(BY, "json-ld license", 1)]


@pytest.mark.parametrize("piece", ['<a rel="license" href="/{}">', '<figure><a rel="license" href="/{}">'])
def test_of_very_many_licences_a_few_are_kept(piece: str) -> None:
    page = extract(("".join(map(piece.format, range(20_000))) + FOX).encode(), url=URL)
    assert len(page.statements.licences) <= 10
