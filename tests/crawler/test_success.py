"""A host that answers nothing is given up, a run in which nothing answers ends, and no page can bring either about."""

import pytest

from crawler.success import HOSTS_KNOWN, WINDOW, Success, SuccessLimits

HOST = "a.example"


class Watched:
    def __init__(self, of_host: int = 3) -> None:
        self.said: list[str] = []
        self.success = Success(SuccessLimits(of_host=of_host, unresolved_hosts=4), self.said.append)

    def fail(self, hosts: int, times: int = WINDOW) -> None:
        for number in range(times):
            self.success.failed(f"{number % hosts}.example")


def test_a_host_is_given_up_after_so_many_failures_in_a_row() -> None:
    success = Watched().success
    for _ in range(2):
        success.failed(HOST)
    assert not success.is_given_up(HOST)
    success.answered(HOST)
    for _ in range(2):
        success.failed(HOST)
    assert not success.is_given_up(HOST)
    success.failed(HOST)
    assert success.is_given_up(HOST)
    assert not success.is_given_up("other.example")


@pytest.mark.parametrize(
    ("answered", "hosts", "times", "ends"),
    [
        *((0, 10, WINDOW, True), (9, 10, WINDOW - 9, True), (10, 10, WINDOW - 10, False)),
        *((0, 9, WINDOW, False), (0, 10, WINDOW - 1, False)),
    ],
)
def test_a_run_ends_when_hardly_anything_answers(answered: int, hosts: int, times: int, ends: bool) -> None:
    watched = Watched(of_host=1000)
    for number in range(answered):
        watched.success.answered(f"{number % hosts}.example")
    watched.fail(hosts, times)
    watched.fail(hosts, 0)
    assert len(watched.said) == ends
    assert not ends or f"of the last {WINDOW} requests, which went to {hosts} hosts, only {answered}" in watched.said[0]


def test_a_run_ends_once() -> None:
    watched = Watched()
    watched.fail(20, 3 * WINDOW)
    assert len(watched.said) == 1


def test_a_page_full_of_dead_addresses_ends_no_run() -> None:
    watched = Watched()
    for number in range(HOSTS_KNOWN):
        watched.success.answered(f"alive-{number}.example")
    watched.fail(100, 5 * WINDOW)
    for number in range(HOSTS_KNOWN):
        assert watched.said == []
        watched.success.failed(f"alive-{number}.example")
    assert len(watched.said) == 1


def test_a_site_that_fails_now_and_then_ends_no_run_however_many_dead_pictures_it_shows() -> None:
    watched = Watched()
    for _ in range(20):
        watched.success.failed(HOST)
        watched.fail(100, 50)
        watched.success.answered(HOST)
    assert watched.said == []


def test_a_run_of_few_hosts_ends_once_none_that_answered_does_so_any_more() -> None:
    watched = Watched()
    hosts = (HOST, "b.example")
    for each in hosts:
        watched.success.answered(each)
    for each in ("never.example", *hosts):
        assert watched.said == []
        for _ in range(3):
            watched.success.failed(each)
    assert "no host that answered before (2) does so any more: 3 requests in a row failed" in watched.said[0]


def test_names_are_doubted_after_so_many_different_ones_in_a_row() -> None:
    success = Watched().success
    assert [success.unresolved(each) for each in "aabbcd"] == [False] * 5 + [True]
    assert [success.unresolved(each) for each in "efg"] == [False] * 3
    success.answered(HOST)
    assert [success.unresolved(each) for each in "hijk"] == [False] * 3 + [True]


def test_that_no_name_resolves_is_said_with_what_to_check() -> None:
    watched = Watched()
    watched.success.no_name_resolves()
    assert "4 hosts in a row" in watched.said[0]
    assert "/etc/resolv.conf" in watched.said[0]
