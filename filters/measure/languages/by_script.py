"""Tell the languages that are alone in writing with their letters."""

from bisect import bisect_right
from collections import Counter
from typing import Final

from filters.measure.languages.detector import Opinion

_CONFIDENCE: Final = 0.99
_OF_HAN_ALONE: Final = 0.95  # Japanese can do without kana

_RANGES: Final = (
    (0x0370, 0x03FF, "el"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1780, 0x17FF, "km"),
    (0x1C90, 0x1CBF, "ka"),
    (0x1F00, 0x1FFF, "el"),
    (0x3040, 0x30FF, "ja"),
    (0x3130, 0x318F, "ko"),
    (0x3400, 0x4DBF, "zh"),
    (0x4E00, 0x9FFF, "zh"),
    (0xAC00, 0xD7AF, "ko"),
    (0xF900, 0xFAFF, "zh"),
    (0x20000, 0x3FFFF, "zh"),
)
"""Blocks of Unicode. Those that several languages of many speakers share (Latin, Cyrillic, Arabic, Devanagari,
Bengali, Ethiopic) are not here; Yiddish, Tulu and the like are few beside who shares their letters."""
_STARTS: Final = tuple(first for first, _, _ in _RANGES)


class ByScript:
    """Has an opinion on texts of which more than half the letters are of one script that tells the language."""

    name = "script"
    version = "1"

    def detect(self, text: str) -> Opinion | None:
        if text.isascii():
            return None
        of_each = Counter(_label(letter) for letter in text if letter.isalpha())
        han = of_each.pop("zh", 0)
        if not of_each.keys() & {"ja", "ko"}:
            of_each["zh"] = han
        else:
            of_each["ja" if "ja" in of_each else "ko"] += han
        label, count = max(of_each.items(), key=lambda each: each[1])
        if not label or 2 * count <= of_each.total():
            return None
        return Opinion(label=label, confidence=_OF_HAN_ALONE if label == "zh" else _CONFIDENCE)


def _label(letter: str) -> str:
    """Return the empty label for a letter that several languages write."""
    code = ord(letter)
    place = bisect_right(_STARTS, code) - 1
    return _RANGES[place][2] if place >= 0 and code <= _RANGES[place][1] else ""
