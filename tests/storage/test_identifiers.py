import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from storage.identifiers import new_id


def test_it_is_a_uuid_of_version_7_of_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_later_ones_are_greater_even_within_one_tick_and_across_threads() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    with ThreadPoolExecutor(4) as pool:
        many = list(pool.map(lambda _: new_id(), range(4_000)))
    assert len(set(many)) == 4_000
