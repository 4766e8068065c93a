"""Write ICC profiles by hand: three colours and one gamma, or a gamma alone."""

import struct
from collections.abc import Sequence

DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
PROPHOTO = ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249))
SRGB = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
SWAPPED = (SRGB[2], SRGB[0], SRGB[1])
"""What is stored as red is meant as blue, and so on: all colours of the picture are others."""

Colours = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


def rgb_profile(colours: Colours, gamma: float, curve: bytes | None = None) -> bytes:
    """A profile of version 2; what stands in `colours` are red, green and blue as seen under D50."""
    tags = {
        name: b"XYZ \0\0\0\0" + b"".join(map(_fixed, each))
        for name, each in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colours, strict=True)
    }
    curve = curve or _curve(gamma)
    return _profile(b"RGB ", tags | {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def grey_profile(gamma: float) -> bytes:
    return _profile(b"GRAY", {b"kTRC": _curve(gamma)})


def curved_profile(levels: Sequence[int]) -> bytes:
    """A profile of the colours of sRGB that shows each level of a channel as another one."""
    linear = (((level / 255 + 0.055) / 1.055) ** 2.4 if level > 10 else level / 255 / 12.92 for level in levels)
    curve = b"curv\0\0\0\0" + struct.pack(">I256H", 256, *(round(each * 65535) for each in linear))
    return rgb_profile(SRGB, 2.2, curve)


def table_profile() -> bytes:
    """A profile with a table of colours, here of the smallest there can be."""
    corners = [65535 * (corner >> bit & 1) for corner in range(8) for bit in (2, 1, 0)]
    table = b"mft2\0\0\0\0" + bytes((3, 3, 2, 0)) + b"".join(map(_fixed, (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table += struct.pack(">HH6H24H6H", 2, 2, *(0, 65535) * 3, *corners, *(0, 65535) * 3)
    return _profile(b"RGB ", {b"A2B0": table})


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def _profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    white = b"XYZ \0\0\0\0" + b"".join(map(_fixed, (0.9642, 1.0, 0.8249)))
    held = {b"desc": b"desc\0\0\0\0\0\0\0\2x\0" + bytes(79), b"cprt": b"text\0\0\0\0x\0\0\0", b"wtpt": white, **tags}
    table, data, at = b"", b"", 128 + 4 + 12 * len(held)
    for name, each in held.items():
        padded = each + bytes(-len(each) % 4)
        table += name + struct.pack(">II", at + len(data), len(each))
        data += padded
    length = at + len(data)
    header = struct.pack(">I4sI4s4s4s12s4s", length, b"none", 0x02100000, b"mntr", space, b"XYZ ", bytes(12), b"acsp")
    header += bytes(68 - len(header)) + b"".join(map(_fixed, (0.9642, 1.0, 0.8249)))
    return header + bytes(128 - len(header)) + struct.pack(">I", len(held)) + table + data
