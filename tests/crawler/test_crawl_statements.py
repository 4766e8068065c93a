"""What a page says of its use, and of the licences of its pictures, reaches its pairs."""

from pathlib import Path

import pytest

from storage.pairs import list_pairs
from tests.crawler.crawls import Place
from tests.mock_site import Reply, picture, serving

BY = "https://creativecommons.org/licenses/by/4.0/"
SHOWN = {name: f'<img src="{picture(name)}" alt="A picture of the {name}">' for name in ("kite", "lighthouse")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made_in(tmp_path)


@pytest.mark.parametrize(
    "signed",
    [
        '<meta name="altsieve" content="noimageai">',
        '<meta name="tdm-reservation" content="1">',
        "<script type=application/rsl+xml>",
    ],
)
def test_a_no_of_a_page_refuses_its_pairs(place: Place, signed: str) -> None:
    with serving() as web:
        web.answers["/signed"] = Reply(body=(SHOWN["kite"] + signed).encode())
        crawl = place.crawl(web.url("/signed"))
    assert crawl.counts() == {"stored": 0, "refused": {"consent.opt-out": 1}, "unsure": {}, "failed": {}}


def test_rsl_inside_a_page_may_deny_one_of_its_pictures(place: Place) -> None:
    with serving() as web:
        rsl = f'<rsl><content url="{picture("kite")}$"><license><permits>search</permits></license></content></rsl>'
        held = f'<script type="application/rsl+xml">{rsl}</script>'
        web.answers["/held"] = Reply(body=(held + "".join(SHOWN.values())).encode())
        crawl = place.crawl(web.url("/held"))
        assert picture("kite") not in web.paths()
    assert crawl.counts() == {"stored": 1, "refused": {"consent.opt-out": 1}, "unsure": {}, "failed": {}}


def test_the_nearest_licence_of_a_pair_is_told(place: Place) -> None:
    with serving() as web:
        figure = f'<figure>{SHOWN["kite"]}<a href="{BY}">CC BY</a></figure>'
        web.answers["/licensed"] = Reply(
            body=(figure + SHOWN["lighthouse"]).encode(), headers={"Link": '</terms>; rel="license"'}
        )
        place.crawl(web.url("/licensed"))
        terms = web.url("/terms")
    with place._database() as db:
        told = {each.alt_text: each.licence_url for each in list_pairs(db)}
    assert told == {"A picture of the kite": BY, "A picture of the lighthouse": terms}
