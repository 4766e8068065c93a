import pytest

from filters.facts import Fetched
from filters.indexes.known_material import KnownMaterial, ListState
from filters.indexes.standing import Standing, names_of
from tests.filters.known_lists import INSIDE, known, known_hash, known_pdq, lists_of
from tests.filters.subjects import AT, IMAGE_URL, fetched, hop


def reached(*addresses: str | None) -> Fetched:
    hops = tuple(hop(IMAGE_URL, address=each) for each in addresses)
    return Fetched(hops=hops, status=200, headers=(), requested_at=AT, fetched_at=AT)


@pytest.mark.parametrize(
    ("where", "inside"),
    [
        (reached(INSIDE), True),
        (reached(INSIDE, "10.1.255.255"), True),
        (reached("::ffff:10.1.2.3"), True),
        (reached("fd00::7"), True),
        (reached("10.2.0.1"), False),
        (reached("203.0.113.7"), False),
        (reached(INSIDE, "203.0.113.7"), False),
        (reached("203.0.113.7", INSIDE), False),
        (reached(INSIDE, None), False),
        (reached(None), False),
        (reached(), False),
        (None, False),
    ],
)
def test_synthetic_lists_count_only_if_every_hop_was_answered_from_inside(where: Fetched | None, inside: bool) -> None:
    assert Standing(known()).counting(where).synthetic is inside


def test_no_network_is_inside_none() -> None:
    assert not Standing(known(networks=())).counting(reached(INSIDE)).synthetic
    assert not Standing(None).counting(reached(INSIDE)).synthetic


def test_address_that_is_none_is_an_error_and_so_unsure() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        Standing(known()).counting(reached("not an address"))


@pytest.mark.parametrize(
    ("lists", "where", "doubted"),
    [
        (None, INSIDE, True),
        (known(), "203.0.113.7", False),
        (known(production=False), "203.0.113.7", True),
        (known(production=False), INSIDE, True),
        (known(known_hash(), production=False), INSIDE, False),
        (known(known_hash(synthetic=True), production=False), INSIDE, False),
        (known(known_hash(synthetic=True), production=False), "203.0.113.7", True),
        (known(known_hash(category="POSITIVE_CLASS"), production=False), INSIDE, True),
        (known(production=False, provisional=True), "203.0.113.7", False),
        (known(ready=ListState.STALE), INSIDE, True),
        (known(ready=ListState.BROKEN, provisional=True), "203.0.113.7", True),
        (known(ready=ListState.MISSING, production=False, provisional=True), INSIDE, True),
    ],
)
def test_finding_nothing_means_something_only_with_lists_to_rely_on(
    lists: KnownMaterial | None, where: str, doubted: bool
) -> None:
    assert (Standing(lists).counting(reached(where)).doubt is not None) is doubted


@pytest.mark.parametrize(("types", "doubted"), [({"md5"}, False), ({"pdq"}, True), ({"phash16", "pdq"}, True)])
def test_fresh_list_of_digests_alone_says_nothing_of_what_a_picture_looks_like(types: set[str], doubted: bool) -> None:
    standing = Standing(known(known_hash(), production=False, only_digests=True), types)
    assert (standing.counting(reached("203.0.113.7")).doubt is not None) is doubted


def test_list_counts_only_for_what_compares_a_type_it_holds() -> None:
    lists = known(known_hash(list="bytes"), known_pdq(list="looks"))
    assert [each.name for each in Standing(lists, {"pdq"}).real] == ["looks"]
    assert [each.name for each in Standing(lists, {"sha256"}).real] == ["bytes"]


@pytest.mark.parametrize(
    ("lists", "evidence"),
    [
        (known(), {"lists": ""}),
        (known(provisional=True), {"lists": ""}),
        (known(production=False, provisional=True), {"lists": "", "provisional": True}),
        (known(known_hash(), production=False, provisional=True), {"lists": "agency@2", "provisional": True}),
    ],
)
def test_provisional_is_said_only_without_a_production_list(lists: KnownMaterial, evidence: dict[str, object]) -> None:
    assert dict(Standing(lists).counting(fetched()).evidence) == evidence


def test_real_and_synthetic_entries_are_kept_apart_and_known_good_ones_left_out() -> None:
    real, made_up = known_hash(entry=1), known_hash(entry=2, synthetic=True)
    standing = Standing(known(real, made_up, known_hash(entry=3, category="POSITIVE_CLASS")))
    for lists, listed in ((standing.real, real), (standing.synthetic, made_up)):
        assert [each.entry for of in lists for each in of.entries()] == [listed.entry.entry]


def test_lists_are_named_once_and_in_order() -> None:
    lists = lists_of(known_hash(list="b"), known_hash(list="a", number=10), known_hash(list="b"))
    assert names_of(lists) == "a@10,b@2"


@pytest.mark.parametrize("address", [INSIDE, "203.0.113.7"])
def test_what_is_planted_matches_everywhere_and_makes_nothing_ready(address: str) -> None:
    (planted,) = lists_of(known_pdq(list="canary", number=1))
    standing = Standing(known(production=False, planted=planted))
    counting = standing.counting(reached(address))
    assert standing.real == (planted,)
    assert counting.doubt is not None
    assert counting.evidence["lists"] == ""
    assert standing.revision == Standing(known(production=False)).revision
