"""Claims about languages that are alone in writing with their letters."""

import pytest

from filters.measure.languages.by_script import ByScript


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("코끼리", "ko"),
        ("漢字와 한글", "ko"),
        ("象", "zh"),
        ("ゾウ", "ja"),
        ("東京タワー", "ja"),
        ("Ελέφαντας", "el"),
        ("ช้าง", "th"),
        ("פיל", "he"),
        ("სპილო", "ka"),
        ("Փիղ", "hy"),
        ("હાથી.", "gu"),
        ("ഒരു എലെഫന്റ്റ്", "ml"),
        ("ដំរី", "km"),
        ("Tokyo 東京タワー", None),
        ("An elephant", None),
        ("Éléphant", None),
        ("Слон", None),
        ("فیل", None),
        ("एक हाथी", None),
        ("ᓯᐅᑎᕙᓕᒃ", None),
        ("\U0001f98a", None),
        ("中a", None),
        ("", None),
    ],
)
def test_letters_tell_or_are_shared(text: str, label: str | None) -> None:
    said = ByScript().detect(text)
    assert (said.label if said else None) == label


def test_han_alone_is_less_sure_than_kana() -> None:
    chinese, japanese = ByScript().detect("東京"), ByScript().detect("東京タワー")
    assert chinese is not None
    assert japanese is not None
    assert chinese.confidence < japanese.confidence
