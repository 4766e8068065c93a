import pytest

from filters.signals.plus import VOCABULARY, prohibits, read_data_mining
from filters.signals.signal import Protocol, Says

ADDRESS = "http://ns.useplus.org/ldf/vocab/"
EXPECTED = {"DMI-ALLOWED": Says.ALLOW, "DMI-UNSPECIFIED": Says.UNKNOWN}


@pytest.mark.parametrize("word", VOCABULARY)
@pytest.mark.parametrize("written", ["{}", ADDRESS + "{}", "\n  {} \n", ADDRESS + "{}/", "https://other.test/v#{}"])
def test_every_word_is_read_with_and_without_its_address(word: str, written: str) -> None:
    saying = read_data_mining(written.format(word), "", "xmp plus:DataMining")
    assert saying.says is EXPECTED.get(word, Says.DENY)
    assert saying.protocol is Protocol.PLUS
    assert word in saying.raw


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("dmi-prohibited", Says.DENY),
        ("Dmi-Allowed", Says.ALLOW),
        ("DMI-PROHIBITED-SOME-FUTURE-WORD", Says.DENY),
        ("PROHIBITED", Says.DENY),
        ("DMI-ALLOWED DMI-PROHIBITED", Says.DENY),
        ("DMI-ALLOWED-SOMETIMES", Says.UNKNOWN),
        ("DMI-PERHAPS", Says.UNKNOWN),
        ("allowed", Says.UNKNOWN),
        ("", Says.UNKNOWN),
    ],
)
def test_words_outside_the_vocabulary_deny_or_say_nothing(value: str, says: Says) -> None:
    saying = read_data_mining(value, "", "xmp")
    assert (saying.says, saying.raw) == (says, value)


def test_constraints_are_recorded_after_the_word() -> None:
    raw = read_data_mining("DMI-PROHIBITED-SEECONSTRAINT", "not on Sundays", "xmp").raw
    assert raw == "DMI-PROHIBITED-SEECONSTRAINT; constraints: not on Sundays"
    assert read_data_mining("", "not on Sundays", "xmp").raw == "constraints: not on Sundays"
    assert "not on Sundays" in read_data_mining("x" * 10_000, "not on Sundays", "xmp").raw


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_no_is_found_in_bytes_of_any_encoding(encoding: str) -> None:
    assert prohibits("<a>DMI-PROHIBITED".encode(encoding))
    assert not prohibits("<a>DMI-ALLOWED".encode(encoding))
