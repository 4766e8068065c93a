"""Name the edits that canaries are shown in, without loading what makes them."""

from collections.abc import Mapping
from typing import Final

UNEDITED: Final = "unedited"
MUST_BE_FOUND: Final = (UNEDITED, "jpeg-90", "jpeg-50", "webp-50")
"""The file itself, and the picture saved again: a gate that misses one of these does not work."""

EDITS: Final[Mapping[str, str]] = {
    UNEDITED: "the listed file itself",
    "jpeg-90": "saved again as JPEG of quality 90",
    "jpeg-50": "as JPEG of quality 50",
    "webp-50": "as WebP of quality 50",
    "jpeg-20": "as JPEG of quality 20",
    "jpeg-5": "as JPEG of quality 5",
    "avif-40": "as AVIF of quality 40",
    "colours-256": "as PNG with 256 colours",
    "colours-16": "as PNG with 16 colours",
    "resize-half": "half as wide and high",
    "resize-128px": "its longer side made 128 pixels",
    "resize-64px": "its longer side made 64 pixels",
    "resize-32px": "its longer side made 32 pixels",
    "resize-16px": "its longer side made 16 pixels",
    "squash-to-square": "squashed to a square",
    "greyscale": "made grey",
    "contrast": "contrast raised by half",
    "saturation": "colours twice as strong",
    "blur-3": "blurred by 3 pixels",
    "sharpen": "sharpened",
    "noise-20": "with noise of 20 of 255 steps",
    "gamma-2": "darkened by a gamma of 2",
    "brightness-1.5": "brighter by half",
    "caption": "a line of text over its lower edge",
    "mirror": "mirrored",
    "flip": "upside down, as in a mirror below it",
    "turn-90": "turned by a quarter",
    "turn-180": "turned by a half",
    "invert": "as a negative",
    "crop-2": "2 % cut off its width and height",
    "crop-5": "5 % cut off its width and height",
    "crop-10": "10 % cut off its width and height",
    "crop-20": "20 % cut off its width and height",
    "corner-crop-5": "5 % cut off above and on the left",
    "border-3": "a white border of 3 %",
    "letterbox-10": "black bars above and below, 10 % of its height",
    "letterbox-30": "black bars above and below, 30 % of its height",
    "band-25": "a white band with text above it, a quarter of its height",
    "rotate-1": "rotated by 1 degree",
    "rotate-3": "rotated by 3 degrees",
    "rotate-5": "rotated by 5 degrees",
    "collage": "beside another picture",
}
"""Every edit and what it does, those that must be found first."""
