from console.docs_limits import MISSED, limits_page, read_bypasses, read_recall
from crawler.edit_names import EDITS, UNEDITED


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
