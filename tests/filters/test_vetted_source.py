from collections.abc import Sequence

from filters.indexes.sources import VettedSources
from filters.verdict import Outcome, Verdict
from filters.vetted_source import VettedSource
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import candidate, fetched, subject

MUSEUM = VettedSources(number=3, digest="d", licences={"museum.example": "CC0-1.0"})
ON_IT = "https://museum.example/heron.jpg"
BELOW_IT = "https://images.museum.example/heron.jpg"
ELSEWHERE = "https://cdn.example/heron.jpg"


class TestVettedSource(FilterContract):
    filter = VettedSource(MUSEUM, required=True)
    clean = subject(candidate(image_url=ON_IT), reached=fetched(ON_IT))
    refused = subject(candidate(image_url=ELSEWHERE), reached=fetched(ELSEWHERE))
    near_miss = subject(candidate(image_url=BELOW_IT), reached=fetched(BELOW_IT))
    unsure = subject(candidate(image_url="https:///"))

    def judge_golden(
        self, *, image_url: str, hops: Sequence[str] = (), required: bool = True, ready: bool = True
    ) -> Verdict:
        asked = VettedSource(MUSEUM if ready else None, required=required)
        return asked.judge(subject(candidate(image_url=image_url), reached=fetched(*(hops or (image_url,)))))


def test_what_was_not_fetched_yet_is_judged_by_its_address() -> None:
    judge = TestVettedSource.filter.judge
    assert judge(subject(candidate(image_url=ELSEWHERE))).outcome is Outcome.REFUSED


def test_an_address_has_no_parent_domain() -> None:
    numbers = VettedSources(number=1, digest="d", licences={"2.7": "CC0-1.0", "192.0.2.9": "CC0-1.0"})
    assert numbers.find("http://192.0.2.7/") is None
    assert numbers.find("http://192.0.2.9:8080/") is not None


def test_the_nearest_host_speaks() -> None:
    both = VettedSources(
        number=1, digest="d", licences={"museum.example": "CC0-1.0", "shop.museum.example": "CC-BY-4.0"}
    )
    found = both.find("https://www.shop.museum.example/")
    assert found is not None
    assert (found.host, found.licence) == ("shop.museum.example", "CC-BY-4.0")


def test_a_run_is_tightened_and_never_loosened() -> None:
    floor = VettedSources(number=1, digest="a", licences={"one.example": "CC0-1.0", "two.example": "CC0-1.0"})
    now = VettedSources(number=2, digest="b", licences={"two.example": "CC0-1.0", "three.example": "CC0-1.0"})
    assert dict(now.without_newer(floor).licences) == {"two.example": "CC0-1.0"}


def test_revision_changes_with_the_list_only_where_it_counts() -> None:
    other = VettedSources(number=4, digest="e", licences={})
    assert VettedSource(other, required=True).revision != VettedSource(MUSEUM, required=True).revision
    assert VettedSource(other).revision == VettedSource(MUSEUM).revision
