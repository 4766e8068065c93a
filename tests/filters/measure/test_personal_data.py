import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.measure.personal_data import MARKS, Kind, mask, personal_data

WIDE = "".join(chr(ord(each) + 0xFEE0) for each in "jane@example.org")
"""In full-width letters and signs."""
PERSONAL = {
    Kind.E_MAIL: [
        "jane.doe+birds@example.org",
        "jane [at] example [dot] org",
        "jane(at)example.org",
        WIDE,
        "jane@exam\u200bple.org",
        "jane\u00ad@example.org",
        "møller@bücher.example",
        "post@xn--bcher-kva.example",
        "a" * 90 + "@example.org",
    ],
    Kind.PHONE: [
        "+49 30 901820",
        "+49 (0)30 901820",
        "+1 212-555-0123",
        "+44 20 7946 0958",
        "+33.1.42.68.53.00",
        "+٤٩ ٣٠ ٩٠١٨٢٠",
        "+49 30 90\u201118\u201120",
        "0049 30 901820",
        "(212) 555-0123",
        "212-555-0123",
        "1-800-555-0199",
        "020 7946 0958",
        "01 42 68 53 00",
        "03-3581-3111",
    ],
    Kind.BANK_ACCOUNT: ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "fr14 2004 1010 0505 0001 3m02 606"],
    Kind.PAYMENT_CARD: ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "3056 930902 5904"],
    Kind.IDENTITY_NUMBER: [
        "078-05-1120",
        "AB 12 34 56 C",
        "12345678Z",
        "X1234567L",
        "RSSMRA85T10A562S",
        "529.982.247-25",
        "2 69 05 49 588 157 80",
        "11010519491231002X",
        "811218-9876",
        "19811218-9876",
        "131052-308T",
        "15108695088",
        "900101-1234568",
        "7503305044089",
    ],
}
ANNOUNCED = [
    ("Tel. 0171 1234567", "Tel. [phone]"),
    ("Call us: 555 123 4567 now", "Call us: [phone] now"),
    ("WhatsApp 98765 43210", "WhatsApp [phone]"),
    ("电话13800138000", "电话[phone]"),
    ("☎️ 90 18 20 10", "☎️ [phone]"),
    ("SSN 078 05 1120", "SSN [identity number]"),
    ("NI no. AB123456C", "NI no. [identity number]"),
    ("Steuer-ID 36 574 261 809", "Steuer-ID [identity number]"),
    ("PESEL: 44051401359", "PESEL: [identity number]"),
    ("Aadhaar 2341 2341 2346", "Aadhaar [identity number]"),
    ("BSN 111222333", "BSN [identity number]"),
    ("SIN 046 454 286", "SIN [identity number]"),
    ("Passport No. A1234567", "Passport No. [identity number]"),
]
NOT_PERSONAL = [
    "A heron in Lisbon, 1998-2004",
    "2024-01-02 12:30:45",
    "20240102_123456",
    "1920x1080, 3840 x 2160, 800 \u00d7 600 \u00d7 250 mm",
    "ISBN 978-3-16-148410-0",
    "ISBN 0-306-40615-2",
    "ISSN 0378-5955",
    "doi 10.1038/nature12373",
    "$1,299.99, was 2,499.00; $1.500.000,00",
    "Canon EOS 5D Mark IV, 24-105 mm at f/2.8, 1/250 s",
    "Nokia 3310, model 1100-2300",
    "Part no. 12-34567-890",
    "icon@2x.png",
    "lodash@4.17.21",
    "lib@1.2.js",
    "@heron_fan",
    "root@localhost",
    "+48.856614, +2.3522219",
    "+100000000 points",
    "CAS 7732-18-5",
    "EAN 4006381333931",
    "UPC 036000291452",
    "192.168.100.200 255.255.255.0",
    "Phone 2023-2024",
    "Handy 2019-10-12",
    "2010 2015 2020 2025",
    "Aadhaar 2341 2341 2345",
    "population 8,175,133 in 2010",
    "1234567890",
    "LEGO 75192-1",
    "NGC 1300, 61 million light years away",
    "00:00:12.345678",
    "SN 000123456789",
    "call 911",
    "+999 123 456 789",
    "212-055-0123",
    "4111 1111 1111 1112",
    "1111 1111 1111 1117",
    "DE89 3704 0044 0532 0130 01",
    "DE89 3704",
    "ZZ89 3704 0044 0532 0130 00",
    "666-05-1120",
    "GB 12 34 56 C",
    "12345678A",
    "529.982.247-26",
    "111.111.111-11",
    "2 69 05 49 588 157 81",
    "11010519491331002X",
    "811318-9876",
    "131352-308T",
    "15108695089",
    "900101-1234567",
    "7513305044089",
    "Passport photo",
    "",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in PERSONAL.items() for text in texts])
def test_it_is_found_and_nothing_of_it_is_left(kind: Kind, text: str) -> None:
    [found] = personal_data(f"So: {text}, yes")
    assert found.kind is kind
    assert mask(f"So: {text}, yes") == f"So: [{kind}], yes" or kind is Kind.E_MAIL
    assert text not in mask(f"So: {text}, yes")


@pytest.mark.parametrize(("text", "masked"), ANNOUNCED)
def test_a_number_that_a_word_announces_is_found(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_what_only_looks_like_it_stays_as_it_is(text: str) -> None:
    assert personal_data(text) == ()
    assert mask(text) == text


def test_several_are_found_in_order_and_apart() -> None:
    text = "jane@example.org or 4111 1111 1111 1111, +49 30 901820"
    assert [each.kind for each in personal_data(text)] == [Kind.E_MAIL, Kind.PAYMENT_CARD, Kind.PHONE]
    assert mask(text) == "[e-mail] or [payment card], [phone]"


def test_those_that_overlap_become_one() -> None:
    assert mask("call +49 30 901820@example.org today") == "call [phone] today"
    assert mask("Tel. +49 30 901820") == "Tel. [phone]"


def test_the_year_after_a_number_is_not_taken_for_a_part_of_it() -> None:
    assert mask("+44 20 7946 0958 2019") == "[phone] 2019"


def test_what_looks_like_very_many_telephone_numbers_is_taken_for_them_unseen() -> None:
    assert len(personal_data("+999 123 456 789, " * 30)) == 10


def test_marks_are_left_alone() -> None:
    text = " ".join(MARKS)
    assert mask(text) == text


_PIECES = [text for texts in PERSONAL.values() for text in texts] + [text for text, _ in ANNOUNCED] + NOT_PERSONAL


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([*_PIECES, " ", "-", ".", "@", "+", "1", "\u0661", "\u200b"]), max_size=5).map("".join))
def test_nothing_is_found_in_what_was_masked(text: str) -> None:
    assert personal_data(mask(text)) == ()
