"""Make 3,000 pictures of real size and serve them, with pages that show them, on loopback from memory."""

import io
import sys
from pathlib import Path

import numpy as np
from aiohttp import web
from PIL import Image

WIDTH_PX, HEIGHT_PX, QUALITY = 866, 826, 80
PER_PAGE = 100


def make_pictures(folder: Path, count: int) -> None:
    """Write picture-00000.jpg ...: about 62 kB each, every one another; what is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"picture-{number:05}.jpg"
        if not path.exists():
            path.write_bytes(_picture(number))


def _picture(number: int) -> bytes:
    """Draw soft hills (a coarse random field, enlarged) with fine grain, so that size and detail are a photograph's."""
    random = np.random.default_rng(number)
    coarse = Image.fromarray(random.integers(0, 256, (12, 12, 3), dtype=np.uint8))
    hills = np.asarray(coarse.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = random.normal(0, 2.5, (HEIGHT_PX, WIDTH_PX, 1)).astype(np.int16)
    out = io.BytesIO()
    Image.fromarray(np.clip(hills + grain, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def caption(number: int) -> str:
    return f"Soft hills of many colours, view number {number} from the ridge"


def pages(count: int) -> dict[str, str]:
    """Return path -> HTML: an index that links to pages of a hundred pictures each."""
    starts = range(0, count, PER_PAGE)
    links = "".join(f'<a href="/page-{start}.html">from {start}</a>' for start in starts)
    index = {"/index.html": f"<title>Index</title>{links}"}
    return index | {f"/page-{start}.html": _page(range(start, min(start + PER_PAGE, count))) for start in starts}


def _page(numbers: range) -> str:
    shown = (f'<p><img src="/picture-{number:05}.jpg" alt="{caption(number)}"></p>' for number in numbers)
    return "<title>Hills</title>" + "".join(shown)


def serve(folder: Path, count: int, host: str, port: int) -> None:
    bodies = {f"/{path.name}": path.read_bytes() for path in sorted(folder.glob("picture-*.jpg"))[:count]}
    texts = pages(count)

    async def answer(request: web.Request) -> web.Response:
        if request.path in texts:
            return web.Response(text=texts[request.path], content_type="text/html")
        if request.path in bodies:
            return web.Response(body=bodies[request.path], content_type="image/jpeg")
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    web.run_app(app, host=host, port=port, print=None, access_log=None)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
