"""Make the demo site's pictures: harmless little scenes, the same bytes each time."""

from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

from PIL import Image

from console.demo.brushes import Canvas
from console.demo.scenes import land, things, town

_SHAPES = ((840, 560), (560, 760), (720, 540), (880, 520), (640, 640), (520, 700), (780, 500))
"""Sizes in turn, so that wide, tall and square ones are among them."""

_PAINTERS: tuple[Callable[[Canvas], None], ...] = (
    land.hills_at_dusk,
    town.lighthouse,
    land.house_in_snow,
    town.sailing_out,
    things.sunflowers,
    town.market,
    land.mountain_lake,
    town.stone_bridge,
    things.cat_on_a_sill,
    land.poppy_field,
    things.kite,
    town.night_street,
    land.desert_dunes,
    things.bookshelf,
    town.harbour,
    land.waterfall,
    town.windmill,
    things.fruit_bowl,
    land.autumn_path,
    town.steam_train,
    things.umbrella_in_rain,
    town.castle,
    land.northern_lights,
    things.fish_tank,
    town.balloons,
    land.vineyard,
    things.teapot,
    town.beach,
    things.chess,
    land.rainbow,
    things.clock_face,
)

SCENES: Mapping[str, Callable[[Canvas], None]] = {each.__name__.replace("_", "-"): each for each in _PAINTERS}
"""Name of each scene, and what paints it."""


@cache
def paint(name: str) -> Image.Image:
    """Return the picture of a scene; do not change it."""
    width_px, height_px = _SHAPES[list(SCENES).index(name) % len(_SHAPES)]
    canvas = Canvas(name, width_px, height_px)
    SCENES[name](canvas)
    return canvas.finish()


@cache
def jpeg(name: str, quality: int = 88) -> bytes:
    """Return a scene as an ordinary JPEG, as a camera or an editor would leave it."""
    out = BytesIO()
    paint(name).save(out, "JPEG", quality=quality)
    return out.getvalue()
