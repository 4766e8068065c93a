from dataclasses import dataclass

from crawler.matchers.breaker import FAILURES_IN_A_ROW, REST_S, CircuitBreaker


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES_IN_A_ROW):
        assert breaker.lets_through()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = CircuitBreaker(Clock())
    for _ in range(3):
        for _ in range(FAILURES_IN_A_ROW - 1):
            breaker.failed()
        assert breaker.lets_through()
        breaker.answered()
    for _ in range(FAILURES_IN_A_ROW):
        breaker.failed()
    assert not breaker.lets_through()


def test_after_a_rest_one_question_is_let_through() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert not breaker.lets_through()
    clock.now = REST_S
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]


def test_its_answer_decides() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = REST_S
    assert breaker.lets_through()
    breaker.failed()
    clock.now = 2 * REST_S - 1
    assert not breaker.lets_through()
    clock.now = 2 * REST_S
    assert breaker.lets_through()
    breaker.answered()
    assert [breaker.lets_through() for _ in range(3)] == [True] * 3
