"""Plant pictures that come more than once: the same pair twice, and one picture under many texts."""

from typing import Final

from console.demo.answers import on_pictures, scene
from console.demo.case import Case
from console.demo.pages import FLOOD, LAST_WEEK, MOTTO, THIS_WEEK

_FESTIVAL = "Balloons rise over the meadow on the first morning of the festival"
TWICE: Final = (
    Case(
        page=LAST_WEEK,
        image=on_pictures("/festival/balloons.jpg"),
        alt=_FESTIVAL,
        answer=scene("balloons"),
        group="the same pair twice",
        sentence="Shown on two pages; kept from the one that is decided first.",
    ),
    Case(
        page=THIS_WEEK,
        image=on_pictures("/festival/balloons-again.jpg"),
        alt=_FESTIVAL,
        answer=scene("balloons"),
        reason="duplicate.pair",
        group="the same pair twice",
        sentence="The same bytes and the same text; recorded as a further sighting.",
    ),
)

_NIGHT_WALKS = (
    "A street in the old town at night, with lamps on both sides",
    "The windows along the avenue are lit until midnight",
    "A moonlit road between tall houses, seen from the crossing",
    "Lanterns show the way home through the sleeping quarter",
    "An empty street below a full moon and many bright windows",
    "Two rows of street lamps meet far away in the dark",
    "Late in the evening nobody walks between the apartment blocks",
)
_MOST_CAPTIONS = 5
FLOOD_CASES: Final = tuple(
    Case(
        page=page,
        image=on_pictures(f"/night/walk-{number}.jpg"),
        alt=alt,
        answer=scene("night-street"),
        reason=None if number <= _MOST_CAPTIONS else "duplicate.image-caption-flood",
        group="one picture under seven texts",
        sentence="The first five texts of a picture are kept, whichever they are; more are a flood.",
    )
    for number, (page, alt) in enumerate(zip(FLOOD, _NIGHT_WALKS, strict=True), start=1)
)

MOST_PICTURES: Final = 3
"""Under one text; the demo sets MAX_PICTURES_PER_CAPTION to it."""
MOTTO_CASES: Final = tuple(
    Case(
        page=MOTTO,
        image=on_pictures(f"/motto/{name}.jpg"),
        alt="Our town by the sea, a town with a view",
        answer=scene(name, 89),
        reason=None if number <= MOST_PICTURES else "duplicate.caption-flood",
        group="one text under four pictures",
        sentence="The first three pictures under a text are kept, whichever they are; more are a flood.",
    )
    for number, name in enumerate(("lighthouse", "sailing-out", "beach", "mountain-lake"), start=1)
)
