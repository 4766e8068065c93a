"""Plant harmless pictures that the demo's synthetic lists call known, unchanged and altered."""

from collections.abc import Callable
from typing import Final

from console.demo import altered
from console.demo.answers import file, redirect, scene
from console.demo.case import Answer, Case, Host, Page, Place
from console.demo.pages import ARCHIVE

BY_SHA256: Final = "windmill"
"""This scene's file is on the list of digests; both scenes' perceptual hashes are on the other list."""
BY_MD5: Final = "castle"

_Alteration = tuple[str, Callable[[], Answer], str]
_WINDMILL = "A windmill stands in a field of tulips in five colours"
_CASTLE = "A castle with three towers above a winding path at sunset"

_ALTERATIONS: Final[tuple[_Alteration, ...]] = (
    (_WINDMILL, scene(BY_SHA256), "Unchanged: its SHA-256 is on a list."),
    (_CASTLE, scene(BY_MD5), "Unchanged: its MD5 is on a list."),
    (_WINDMILL, file(altered.reencoded, BY_SHA256), "Saved again as a coarser JPEG."),
    (_CASTLE, file(altered.resized, BY_MD5), "Made smaller."),
    (_WINDMILL, file(altered.palette, BY_SHA256, content_type="image/png"), "A PNG with 128 colours in a palette."),
    (_CASTLE, file(altered.turned_by_exif, BY_MD5), "Stored on its side and turned upright by EXIF."),
    (
        _WINDMILL,
        file(altered.second_frame, "rainbow", BY_SHA256, content_type="image/webp"),
        "Second frame of an animation.",
    ),
    (_CASTLE, file(altered.mirrored, BY_MD5), "Mirrored."),
    (_WINDMILL, file(altered.with_trailing_data, BY_SHA256), "With bytes behind its end, which change its digests."),
    (_CASTLE, file(altered.small, BY_MD5), "Too small to be kept anyhow, and known all the same."),
    (_WINDMILL, file(altered.webp, BY_SHA256, content_type="image/webp"), "Saved again as WebP."),
)


def _case(page: Page, alt: str, answer: Callable[[], Answer], sentence: str) -> Case:
    number = page.place.path.removeprefix("/box/").removesuffix(".html")
    image = Place(Host.ARCHIVE, f"/box/{number}/picture")
    reason = "hash.on-list" if sentence.startswith("Unchanged") else "hash.near-list"
    return Case(page=page, image=image, alt=alt, answer=answer, reason=reason, sentence=sentence)


_BOX, _ALBUM = ARCHIVE[-2:]
KNOWN_CASES: Final = (
    *(_case(page, *each) for page, each in zip(ARCHIVE[:-2], _ALTERATIONS, strict=True)),
    Case(
        page=_BOX,
        image=Place(Host.ARCHIVE, "/box/12/moved"),
        alt=_CASTLE,
        answer=redirect(Place(Host.ARCHIVE, "/box/2/picture")),
        reason="hash.on-list",
        sentence="Reached by a redirect.",
    ),
    _case(_ALBUM, _CASTLE, file(altered.reencoded, BY_MD5), "Shown beside other pictures, of which none is kept."),
    Case(
        page=_ALBUM,
        image=Place(Host.ARCHIVE, "/box/13/rainbow"),
        alt="A rainbow above a meadow with grazing sheep",
        answer=scene("rainbow"),
        reason="page.incident",
        sentence="Clean, but beside a match: nothing may point to the match, so nothing of the page is kept.",
    ),
    Case(
        page=_ALBUM,
        image=Place(Host.ARCHIVE, "/box/13/chess"),
        alt="Game",
        answer=scene("chess", 80),
        reason="page.incident",
        sentence="Would be refused anyhow, but beside a match its own reason would point to the page.",
    ),
)
