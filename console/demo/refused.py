"""Plant pictures that are to be refused, or that cannot be had: one for each way in which that happens."""

from typing import Final

from console.demo import altered
from console.demo.answers import drip, error, file, on_pictures, redirect, scene
from console.demo.case import Case, Host, Place
from console.demo.pages import ADDRESSES, CAPTIONS, FILES, SERVERS, SIZES

CAPTION_CASES: Final = (
    Case(
        page=CAPTIONS,
        image=on_pictures("/desk/no-alt.jpg"),
        alt=None,
        answer=scene("kite", 80),
        reason="alt.missing",
        sentence="No alt text, and nothing else that speaks for it.",
    ),
    Case(
        page=CAPTIONS,
        image=on_pictures("/desk/short.jpg"),
        alt="Kite",
        answer=scene("kite", 81),
        reason="alt.too-short",
        sentence="Four characters.",
    ),
    Case(
        page=CAPTIONS,
        image=on_pictures("/desk/file-name.jpg"),
        alt="DSC_0482.JPG",
        answer=scene("kite", 82),
        reason="alt.file-name",
        sentence="What the camera called it.",
    ),
    Case(
        page=CAPTIONS,
        image=on_pictures("/desk/boilerplate.jpg"),
        alt="Click to enlarge",
        answer=scene("kite", 83),
        reason="alt.boilerplate",
        sentence="A text that goes with any picture.",
    ),
    Case(
        page=CAPTIONS,
        image=on_pictures("/desk/language.jpg"),
        alt="Un aquilone rosso e giallo vola alto nel cielo sopra la spiaggia del paese",
        answer=scene("kite", 84),
        reason="language.not-wanted",
        sentence="Italian, where the demo asks for English, German and French.",
    ),
    Case(
        page=CAPTIONS,
        image=on_pictures("/desk/numbers.jpg"),
        alt="1742 - 1811 - 1903",
        answer=scene("kite", 85),
        reason="language.uncertain",
        sentence="No language at all, so nobody can say whether it is wanted.",
    ),
)

FILE_CASES: Final = (
    Case(
        page=FILES,
        image=on_pictures("/desk/drawing.svg"),
        alt="A plan of the new harbour with all its buoys",
        answer=file(altered.drawing, content_type="image/svg+xml"),
        reason="image.format",
        sentence="An SVG, which is a program rather than a picture.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/minutes.jpg"),
        alt="The minutes of the harbour board, page by page",
        answer=file(altered.document),
        reason="image.format",
        sentence="A PDF that its server calls a JPEG.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/broken.png"),
        alt="A picture that did not survive the flooded cellar",
        answer=file(altered.broken_png, content_type="image/png"),
        reason="image.undecodable",
        sentence="A PNG whose pixels are no compressed data.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/half.jpg"),
        alt="The upper half of the clock on the town hall",
        answer=file(altered.half, "clock-face"),
        reason="image.truncated",
        sentence="Half a JPEG.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/bomb.png"),
        alt="A very large chart of the outer bay",
        answer=file(altered.bomb, content_type="image/png"),
        reason="image.bomb",
        sentence="48 kilobytes that unpack to 20,000 x 20,000 pixels.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/polyglot.jpg"),
        alt="A white teapot with blue flowers and a red cup",
        answer=file(altered.with_trailing_data, "teapot"),
        reason="image.trailing-data",
        sentence="A JPEG with an archive behind its end.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/flip-book.webp"),
        alt="A flip book of seventy pages shows a game of chess",
        answer=file(altered.flip_book, "chess", content_type="image/webp"),
        reason="image.too-many-frames",
        sentence="Seventy frames, of which nobody looks at the last six.",
    ),
    Case(
        page=FILES,
        image=on_pictures("/desk/empty.bmp"),
        alt="The sky above the harbour on a day without a cloud",
        answer=file(altered.empty_sky, content_type="image/bmp"),
        reason="hash.low-quality",
        sentence="One colour, so no perceptual hash can tell it from another picture.",
    ),
    Case(
        page=SIZES,
        image=on_pictures("/desk/thumbnail.jpg"),
        alt="Five fish of different colours in a tank",
        answer=file(altered.thumbnail, "fish-tank"),
        reason="image.too-small",
        sentence="160 x 120 pixels.",
    ),
    Case(
        page=SIZES,
        image=on_pictures("/desk/banner.jpg"),
        alt="A strip of the waterfall for the head of the page",
        answer=file(altered.strip, "waterfall"),
        reason="image.aspect",
        sentence="Five times as wide as it is high.",
    ),
)

ADDRESS_CASES: Final = (
    Case(
        page=ADDRESSES,
        image=Place(Host.BLOCKED, "/cup.jpg"),
        alt="The harbour cup, photographed by a visitor",
        answer=scene("teapot", 80),
        reason="domain.blocked",
        sentence="The picture's host is on the blocklist.",
    ),
    Case(
        page=ADDRESSES,
        image=on_pictures("/desk/forwarded.jpg"),
        alt="The old clock before it was mended",
        answer=redirect(Place(Host.BLOCKED, "/clock.jpg")),
        reason="domain.blocked",
        sentence="A redirect leads to the blocked host.",
    ),
    Case(
        page=ADDRESSES,
        image=on_pictures("/desk/metadata.jpg"),
        alt="A picture that leads into somebody's network",
        answer=redirect("http://169.254.169.254/latest/meta-data/"),
        reason="network.private",
        sentence="A redirect leads to an address inside a private network.",
    ),
    Case(
        page=ADDRESSES,
        image=on_pictures("/desk/local-file.jpg"),
        alt="A picture that leads to a file of this machine",
        answer=redirect("file:///etc/hostname"),
        reason="network.scheme",
        sentence="A redirect leads to a local file.",
    ),
    Case(
        page=ADDRESSES,
        image=on_pictures("/desk/old-server.jpg"),
        alt="A picture on a server from another century",
        answer=redirect("ftp://127.0.0.4/pictures/quay.jpg"),
        reason="network.scheme",
        sentence="A redirect leads to FTP.",
    ),
)

SERVER_CASES: Final = (
    Case(
        page=SERVERS,
        image=on_pictures("/desk/gone.jpg"),
        alt="The pier before the storm took it",
        answer=error(404),
        reason="fetch.failed",
        sentence="Not found.",
    ),
    Case(
        page=SERVERS,
        image=on_pictures("/desk/error.jpg"),
        alt="The pier after the storm took it",
        answer=error(500),
        reason="fetch.failed",
        sentence="The server is broken.",
    ),
    Case(
        page=SERVERS,
        image=Place(Host.NOBODY, "/pier.jpg"),
        alt="The pier as it will be rebuilt",
        answer=error(404),
        reason="consent.robots",
        sentence="Nothing listens at its address, so nobody says that it may be fetched.",
    ),
    Case(
        page=SERVERS,
        image=on_pictures("/desk/heavy.jpg"),
        alt="The bookshelf of the reading room in full resolution",
        answer=file(altered.padded, "bookshelf", 21_000_000),
        reason="fetch.too-large",
        sentence="21 MB, of which the last is never read.",
    ),
    Case(
        page=SERVERS,
        image=on_pictures("/desk/drip.jpg"),
        alt="A dune with two cacti, one byte at a time",
        answer=drip("desert-dunes"),
        reason="fetch.too-slow",
        sentence="Two bytes a second.",
    ),
)
