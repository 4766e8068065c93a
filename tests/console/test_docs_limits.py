from console.docs_limits import MISSED, limits_page, read_bypasses, read_recall
from console.docs_unsafe import languages_of_terms
from crawler.edit_names import EDITS, UNEDITED
from filters.thresholds import Thresholds


def section(title: str) -> str:
    return limits_page().partition(f"{title}\n")[2].partition("\n##")[0]


def test_every_edit_is_told_once() -> None:
    told = [each.edit for each in read_recall()]
    assert told == [each for each in EDITS if each != UNEDITED]
    measured = [line for line in limits_page().splitlines() if line.endswith(" % |")]
    for each in told:
        assert [line.startswith(f"| {EDITS[each]} | ") for line in measured].count(True) == 1


def test_what_is_out_of_reach_is_said_to_be() -> None:
    assert "| 20 % cut off" in section("### Out of reach")
    assert "saved again as JPEG" in section("### Found")


def test_a_bypass_is_in_the_table_or_among_what_is_missed() -> None:
    for each in read_bypasses():
        table = f"| {each.vector} | {each.done} | `{each.ends}` |" in limits_page()
        listed = f"* A known picture {each.vector}." in limits_page()
        assert (table, listed) == ((False, True) if each.ends == MISSED else (True, False))


def test_page_says_that_recall_of_unsafe_pictures_is_not_known() -> None:
    said = " ".join(section("## Pictures that nobody has listed").split())
    assert "How many unsafe pictures are missed was not measured, and is not known." in said
    thresholds = Thresholds()
    for each in (thresholds.safety_drop, thresholds.safety_hold, thresholds.safety_drop_with_minor):
        assert f"from {each['opennsfw']} on it is" in said


def test_page_says_in_how_many_languages_terms_are_known() -> None:
    minor = languages_of_terms()["minor"]
    assert len(minor) >= 20
    assert f"with terms of {len(minor)} of them" in " ".join(limits_page().split())
