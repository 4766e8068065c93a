"""Lay out the pages of the demo web."""

from typing import Final

from console.demo.case import Host, Page, Place

FRONT: Final = Page(
    place=Place(Host.GAZETTE, "/"),
    title="The Harbour Gazette",
    text="News and pictures from a small town by the sea. No one in it is real; a program painted the pictures.",
)
COAST: Final = Page(
    place=Place(Host.GAZETTE, "/coast/"),
    title="Along the coast",
    text="The wind has turned to the west, and the boats are out again.",
    base=Place(Host.PICTURES, "/coast/"),
)
TOWN: Final = Page(
    place=Place(Host.GAZETTE, "/town.html"),
    title="In town",
    text="Stalls, bridges and the old railway: what to see on a Saturday.",
)
COUNTRY: Final = Page(
    place=Place(Host.GAZETTE, "/country.html"),
    title="Out in the country",
    text="Three walks of an hour or two, all of them with a place to sit down.",
)
KITCHEN: Final = Page(
    place=Place(Host.GAZETTE, "/kitchen.html"),
    title="Kitchen and window sill",
    text="Things close by that are worth a second look.",
)
WEATHER: Final = Page(
    place=Place(Host.GAZETTE, "/weather.html"),
    title="Weather",
    text="Showers at first, clear in the night. Take an umbrella.",
)
AUTUMN: Final = Page(
    place=Place(Host.ALMANACH, "/de/herbst.html"),
    title="Herbst und Winter",
    text="Die Tage werden kürzer, die Wege leiser.",
    language="de",
)
GARDEN: Final = Page(
    place=Place(Host.ALMANACH, "/fr/jardin.html"),
    title="Jardins et collines",
    text="Promenades d'un après-midi, du lac aux vignes.",
    language="fr",
)
CAPTIONS: Final = Page(
    place=Place(Host.GAZETTE, "/desk/captions.html"),
    title="Captions to be written",
    text="The picture editor is on holiday, and it shows.",
)
FILES: Final = Page(
    place=Place(Host.GAZETTE, "/desk/files.html"),
    title="Files from the old server",
    text="Half of what was saved from the flooded cellar.",
)
SIZES: Final = Page(
    place=Place(Host.GAZETTE, "/desk/sizes.html"),
    title="Sizes for the printer",
    text="Too small, too long, too heavy: none of these can be printed.",
)
ADDRESSES: Final = Page(
    place=Place(Host.GAZETTE, "/desk/addresses.html"),
    title="Addresses to check",
    text="Pictures that lie elsewhere, or say they do.",
)
SERVERS: Final = Page(
    place=Place(Host.GAZETTE, "/desk/servers.html"),
    title="Servers in trouble",
    text="What the night shift wrote down.",
)
SIGNS: Final = Page(
    place=Place(Host.GAZETTE, "/desk/signs.html"),
    title="Signs at the gate",
    text="Pictures whose owners have said what may be done with them.",
)
STUDIO: Final = Page(
    place=Place(Host.GAZETTE, "/studio.html"),
    title="In the studio",
    text="The town painter lets you look, and asks that no machine learns from it.",
    robots="noai, noimageai",
)
MOTTO: Final = Page(
    place=Place(Host.GAZETTE, "/motto.html"),
    title="The motto of our town",
    text="The editor puts the motto below every picture.",
)
LAST_WEEK: Final = Page(
    place=Place(Host.GAZETTE, "/last-week.html"),
    title="Last week",
    text="The festival is over, the pictures remain.",
)
THIS_WEEK: Final = Page(
    place=Place(Host.GAZETTE, "/this-week.html"),
    title="This week",
    text="The festival was so good that we show it again.",
)

FLOOD: Final = tuple(
    Page(
        place=Place(Host.GAZETTE, f"/night/{number}.html"),
        title=f"Night walks, part {number}",
        text="The same photograph again: the editor likes it a great deal.",
    )
    for number in range(1, 8)
)

ARCHIVE: Final = tuple(
    Page(
        place=Place(Host.ARCHIVE, f"/box/{number}.html"),
        title=f"Box {number}",
        text="A picture of this page is on the demo's list of known material, so nothing of the page is kept.",
    )
    for number in range(1, 14)
)
"""Each picture of known material on a page of its own: nothing beside one is kept."""
