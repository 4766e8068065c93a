"""What captions hold of persons is in no file that a crawl leaves, whether they are refused or masked."""

import json
from pathlib import Path

import pytest

from crawler.launch_spec import LaunchSpec
from tests import past_rules
from tests.combination import DATABASE
from tests.crawler.crawls import Place
from tests.mock_site import Reply, Web, picture, serving

PLACES = ("alt", "figcaption", "aria", "title", "preview", "described", "listed", "headline")
SEED = "/sitemap.xml"


def address(place: str) -> str:
    return f"secret-{place}@example.org"


def plant(web: Web) -> None:
    """Plant a page with an address of its own in every place that a text is read from, and a caption without any."""
    figure = f"<figcaption>The barn of {address('figcaption')}</figcaption>"
    described = {
        "@type": "ImageObject",
        "contentUrl": picture("mountain-lake"),
        "caption": f"A lake, {address('described')}",
    }
    shown = [
        f'<img src="{picture("kite")}" alt="A kite\n of {address("alt")}, +49 30 901820">',
        f'<figure><img src="{picture("castle")}" alt="A barn on a hill">{figure}</figure>',
        f'<img src="{picture("sailing-out")}" aria-label="A boat of {address("aria")}">',
        f'<img src="{picture("windmill")}" title="A mill of {address("title")}">',
    ]
    head = (
        f"<title>Pictures by {address('headline')}</title>"
        f'<meta property="og:image" content="{web.url(picture("harbour"))}">'
        f'<meta property="og:image:alt" content="A pier of {address("preview")}">'
        f'<script type="application/ld+json">{json.dumps(described)}</script>'
    )
    page = f"<html><head>{head}</head><body>{''.join(shown)}</body></html>"
    web.answers["/page"] = Reply(body=page.encode())
    listed = (
        f"<image:image><image:loc>{web.url(picture('fish-tank'))}</image:loc>"
        f"<image:caption>A pond of {address('listed')}</image:caption></image:image>"
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    spaces += ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    sitemap = f"<urlset {spaces}><url><loc>{web.url('/page')}</loc>{listed}</url></urlset>"
    web.answers[SEED] = Reply(body=sitemap.encode(), content_type="application/xml")


def crawled(folder: Path, policy: str) -> Place:
    place = Place.made_in(folder, PERSONAL_DATA=policy)
    with serving() as web:
        plant(web)
        crawl = place.crawl(spec=LaunchSpec(seeds=(web.url(SEED),), spider="sitemap"))
    assert crawl.exit_code == 0
    return place


def found(folder: Path, *texts: str) -> set[str]:
    searched = [each.read_bytes() for each in folder.rglob("*") if each.is_file()]
    if DATABASE == "postgresql":
        searched.append(past_rules.dump(folder))
    return {each for each in texts if any(each.encode() in held for held in searched)}


@pytest.mark.parametrize("policy", ["mask", "refuse"])
def test_nothing_that_is_stored_or_logged_holds_an_address(tmp_path: Path, policy: str) -> None:
    """What is stored in their place is found, so the search would have found them."""
    place = crawled(tmp_path, policy)
    captions = {each.alt_text for each in place.pairs()}
    secrets = [address(each).partition("@")[0] for each in PLACES] + ["901820"]
    assert found(tmp_path, *secrets, *captions, "Pictures by [e-mail]") == captions | {"Pictures by [e-mail]"}
    assert (tmp_path / "crawl.log").stat().st_size
    if policy == "refuse":
        assert captions == {"A barn on a hill"}
        assert {each.reason for each in place.refusals()} == {"caption.personal-data"}
    else:
        of = [f"{each} of [e-mail]" for each in ("The barn", "A boat", "A mill", "A pier", "A pond")]
        assert captions == {"A barn on a hill", "A kite of [e-mail], [phone]", "A lake, [e-mail]", *of}
