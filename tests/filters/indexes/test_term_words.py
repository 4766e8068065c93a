# ruff: noqa: RUF001  letters that look like others are what is tested
import pytest

from filters.indexes.term_words import MOST_CHARACTERS, folded, spellings_of, without_spaces


@pytest.mark.parametrize(
    "text",
    [
        "zorblax",
        "ZORBLAX",
        "ｚｏｒｂｌａｘ",
        "zo\u200brb\u00adlax",
        "z0rblax",
        "zorb1ax",
        "z0rb!ax",
        "zorbl@x",
        "z o r b l a x",
        "z.o.r.b.l.a.x",
        "z_o-r b/l*a x",
        "zorbláx",
        "zooorblax",
        "zоrblаx",  # Cyrillic o and a
        "zοrblax",  # Greek omicron
        "𝐳𝐨𝐫𝐛𝐥𝐚𝐱",
        "ⓩⓞⓡⓑⓛⓐⓧ",
        "z̶o̶r̶b̶l̶a̶x̶",
        "#RedZorblaxParty",
        "ＲｅｄＺｏｒｂｌａｘ",
        "ÉtéZorblax",
        "Zorblax_1.jpg",
    ],
)
def test_disguise_is_taken_off(text: str) -> None:
    assert any("zorblax" in words for words in spellings_of(f"see {text} here"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A b", ("a", "b")),
        ("Straße", ("strasse",)),
        ("बच्चा", ("बच्चा",)),
        ("ドラえもん", ("ドラえもん",)),
        ("어린이", ("어린이",)),
        ("طِفْل", ("طفل",)),
        ("don't_stop", ("don", "t", "stop")),
        ("", ()),
    ],
)
def test_words_are_as_they_are_read(text: str, words: tuple[str, ...]) -> None:
    assert words in spellings_of(text)


def test_number_and_unit_are_two_words_too() -> None:
    assert spellings_of("15yo") >= {("15yo",), ("15", "yo")}


def test_whole_text_of_another_alphabet_is_left_in_it() -> None:
    assert folded("Сарай") == "сараи"


def test_what_is_plain_has_one_spelling() -> None:
    assert spellings_of("A grey heron") == {("a", "grey", "heron")}


def test_long_text_is_looked_at_up_to_a_limit() -> None:
    [words] = spellings_of("ab " * MOST_CHARACTERS)
    assert len(words) == (MOST_CHARACTERS + 2) // 3


@pytest.mark.parametrize(
    ("term", "answer"), [("子供", True), ("เด็ก", True), ("어린이", False), ("child", False), ("", False)]
)
def test_scripts_without_spaces_are_told_from_others(term: str, answer: bool) -> None:
    assert without_spaces(term) is answer
