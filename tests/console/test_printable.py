import pytest

from console.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a red bicycle", "a red bicycle"),
        ("Straße 東京 🚲", "Straße 東京 🚲"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("two\nlines", "two\\nlines"),
        ("carriage\rreturn", "carriage\\rreturn"),
        ("exe.\u202egpj", "exe.\\u202egpj"),
        ("line\u2028end", "line\\u2028end"),
        ("half \ud800", "half \\ud800"),
        ("", ""),
    ],
)
def test_text_from_the_web_cannot_control_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown
