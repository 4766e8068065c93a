"""Plant pictures whose owners say that they are not to be used, each in another way."""

from typing import Final

from console.demo import altered
from console.demo.answers import file, on_pictures, scene, with_headers
from console.demo.case import Answer, Case
from console.demo.pages import SIGNS, STUDIO

SITE_FILES: Final = {
    "/robots.txt": Answer(
        body=b"User-agent: *\nDisallow: /private/\n\nUser-agent: GPTBot\nDisallow: /members/\n",
        content_type="text/plain",
    ),
    "/.well-known/tdmrep.json": Answer(
        body=b'[{"location": "/reserved/*", "tdm-reservation": 1}]', content_type="application/json"
    ),
    "/ai.txt": Answer(body=b"User-Agent: *\nDisallow: /sketches/\n", content_type="text/plain"),
}
"""What every host of the demo web says of itself."""

OWNER_CASES: Final = (
    Case(
        page=SIGNS,
        image=on_pictures("/private/cup.jpg"),
        alt="The harbour cup, which its owner does not want to see copied",
        answer=scene("teapot", 82),
        reason="consent.robots",
        sentence="The robots.txt of its host says no.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/members/regatta.jpg"),
        alt="The regatta of the rowing club, for its members",
        answer=scene("kite", 71),
        reason="consent.opt-out",
        sentence="The robots.txt of its host turns crawlers away that train models.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/reserved/bridge.jpg"),
        alt="The stone bridge, with all rights reserved",
        answer=scene("stone-bridge", 71),
        reason="consent.opt-out",
        sentence="The tdmrep.json of its host reserves it.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/sketches/clock.jpg"),
        alt="A sketch for the new clock of the town hall",
        answer=scene("clock-face", 71),
        reason="consent.opt-out",
        sentence="The ai.txt of its host says no.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/desk/signed.jpg"),
        alt="The waterfall, sent with a polite refusal",
        answer=with_headers(scene("waterfall", 71), {"X-Robots-Tag": "max-image-preview:large, noimageai"}),
        reason="consent.opt-out",
        sentence="Its server says noimageai.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/desk/for-search-only.jpg"),
        alt="The market square, to be found but not to be learnt from",
        answer=with_headers(scene("market", 71), {"Content-Usage": "search=y, train-ai=n"}),
        reason="consent.opt-out",
        sentence="Its server allows search and refuses training.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/desk/labelled.jpg"),
        alt="The fish tank, with a label inside the file",
        answer=file(altered.with_reservation, "fish-tank"),
        reason="rights.reserved",
        sentence="Its own metadata prohibits training.",
    ),
    Case(
        page=SIGNS,
        image=on_pictures("/desk/spoken-to-others.jpg"),
        alt="Sunflowers in the park, open to everybody",
        answer=with_headers(scene("sunflowers", 71), {"X-Robots-Tag": "otherbot: noindex, noai"}),
        sentence="Its server says no to somebody else.",
    ),
    Case(
        page=STUDIO,
        image=on_pictures("/studio/bookshelf.jpg"),
        alt="The bookshelf in the studio of the town painter",
        answer=scene("bookshelf", 71),
        reason="consent.opt-out",
        sentence="Its page says noai.",
    ),
)
