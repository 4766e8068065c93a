import threading

from storage.intake import Intake


def test_what_is_handed_in_comes_out_in_its_order() -> None:
    intake = Intake[str](most=10)
    intake.put("a", 4)
    intake.put("b", 6)
    assert intake.weight == 10
    assert [intake.get(None), intake.get(None), intake.get(0)] == ["a", "b", None]
    assert intake.weight == 0


def test_who_hands_in_too_much_waits_until_there_is_room() -> None:
    intake = Intake[str](most=10)
    intake.put("a", 8)
    waiting = threading.Thread(target=intake.put, args=("b", 3))
    waiting.start()
    waiting.join(timeout=0.05)
    assert (waiting.is_alive(), intake.weight) == (True, 8)
    assert intake.get(None) == "a"
    waiting.join(timeout=60)
    assert (intake.weight, intake.get(None)) == (3, "b")


def test_what_is_heavier_than_the_bound_goes_in_alone() -> None:
    intake = Intake[str](most=10)
    intake.put("a", 25)
    assert (intake.weight, intake.get(None)) == (25, "a")
