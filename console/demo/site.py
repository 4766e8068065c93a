"""Answer for every address of the demo web: its pages with their pictures, robots.txt, and what is planted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from console.demo.answers import on_pictures
from console.demo.case import SEED_HOSTS, Answer, Case, Host, Markup, Page, Place
from console.demo.cases import CASES
from console.demo.owners import SITE_FILES
from console.demo.pictures import jpeg

MOVED_PAGE: Final = Place(Host.GAZETTE, "/old-news.html")
"""Redirects to the blocked host, so that this page is refused before anything on it is seen."""

_NAMES: Final = {Host.GAZETTE: "The Harbour Gazette", Host.ALMANACH: "Almanach", Host.ARCHIVE: "The archive"}
_STYLE: Final = (
    "body{font:17px/1.5 Georgia,serif;max-width:46em;margin:2em auto;padding:0 1em}"
    "img{max-width:100%}nav a{margin-right:1em}"
)
_MARKUP: Final = {
    Markup.PLAIN: '<p><img src="{url}"{alt}></p>',
    Markup.RELATIVE: '<p><img src="{name}"{alt}></p>',
    Markup.SRCSET: '<p><img srcset="{smaller} 280w, {url} 700w" sizes="100vw"{alt}></p>',
    Markup.PICTURE: '<picture><source type="image/jxl" srcset="{newer}"><img src="{url}"{alt}></picture>',
    Markup.FIGURE: '<figure><img src="{url}"{alt}><figcaption>{caption}</figcaption></figure>',
    Markup.LAZY: '<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="{url}" loading="lazy"{alt}></p>',
    Markup.NOSCRIPT: '<p><noscript><img src="{url}"{alt}></noscript></p>',
    Markup.ABOVE: "",
}


class Site:
    """The demo web on one port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cases: dict[Page, list[Case]] = defaultdict(list)
        for case in CASES:
            self._cases[case.page].append(case)
        self._pages: Mapping[Place, Page] = {page.place: page for page in self._cases}
        self._pictures: Mapping[Place, Case] = {case.image: case for case in CASES}

        self._made: dict[Place, Answer] = {}

    @property
    def seeds(self) -> tuple[str, ...]:
        return tuple(Place(host, "/").url(self._port) for host in SEED_HOSTS)

    def prepare(self) -> int:
        """Make every picture now, so that no visitor waits for one to be painted; return how many there are."""
        for place in self._pictures:
            self._picture(place)
        return len(self._made)

    def answer(self, place: Place) -> Answer:
        """Return what the server sends for an address; 404 for what is not there."""
        if place.path in SITE_FILES:
            return SITE_FILES[place.path]
        if place in self._pictures:
            return self._picture(place)
        if place in self._pages:
            return self._page(self._pages[place])
        if place == MOVED_PAGE:
            return Answer(status=301, to=Place(Host.BLOCKED, "/"))
        if place.path == "/" and place.host in _NAMES:
            return _html("en", _NAMES[place.host], self._index(place.host))
        return _extras(place)

    def _picture(self, place: Place) -> Answer:
        if place not in self._made:
            self._made[place] = self._pictures[place].answer()
        return self._made[place]

    def _page(self, page: Page) -> Answer:
        figures = "".join(_shown(case, self._port) for case in self._cases[page])
        head = f'<base href="{page.base.url(self._port)}">' if page.base else ""
        head += f'<meta name="robots" content="{page.robots}">' if page.robots else ""
        body = f"<p>{escape(page.text)}</p>{figures}{self._index(page.place.host)}"
        return _html(page.language, page.title, body, head)

    def _index(self, host: Host) -> str:
        """Return the navigation: the pages of this host, and the front pages of the others."""
        own = (page for page in self._pages.values() if page.place.host is host)
        fronts = (Place(each, "/") for each in SEED_HOSTS)
        links = [*((page.place, page.title) for page in own), *((each, _NAMES[each.host]) for each in fronts)]
        links += [(MOVED_PAGE, "Old news")] if host is Host.GAZETTE else []
        return (
            "<nav>"
            + "".join(f'<a href="{place.url(self._port)}">{escape(title)}</a>' for place, title in links)
            + "</nav>"
        )


def _html(language: str, title: str, body: str, head: str = "") -> Answer:
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return Answer(body=page.encode(), content_type="text/html; charset=utf-8")


def _shown(case: Case, port: int) -> str:
    """Return the picture as its page shows it."""
    url = case.image.url(port)
    return _MARKUP[case.markup].format(
        url=url,
        alt="" if case.alt is None else f' alt="{escape(case.alt)}"',
        name=url.rpartition("/")[2],
        smaller=url.replace("-large", "-small"),
        newer=url.replace(".jpg", ".jxl"),
        caption=escape(case.caption),
    )


def _extras(place: Place) -> Answer:
    """Answer for what pages and redirects lead to and no case is made of."""
    extras = dict(_more_pictures())
    if place in extras:
        return Answer(body=jpeg(extras[place], 70))
    return Answer(status=404, body=b"There is nothing here.", content_type="text/plain")


def _more_pictures() -> Iterator[tuple[Place, str]]:
    yield on_pictures("/moved/bridge-2024.jpg"), "stone-bridge"
    yield on_pictures("/town/market-small.jpg"), "market"
    yield Place(Host.BLOCKED, "/clock.jpg"), "clock-face"
