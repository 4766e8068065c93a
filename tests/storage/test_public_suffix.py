import re
from pathlib import Path

import pytest

from filters.indexes.host_names import normalise_host
from storage.public_suffix import Kind, is_public_suffix, kind_of, registrable_domain

VECTORS = re.findall(
    r"^checkPublicSuffix\('([^']+)', (?:'([^']+)'|null)\);",
    (Path(__file__).parents[1] / "data" / "test_psl.txt").read_text(),
    re.MULTILINE,
)


def test_the_lists_own_test_vectors_are_all_there() -> None:
    assert len(VECTORS) > 70


@pytest.mark.parametrize(("host", "registrable"), VECTORS)
def test_the_registrable_domain_is_what_the_lists_own_tests_say(host: str, registrable: str) -> None:
    assert registrable_domain(host) == (registrable or None)


@pytest.mark.parametrize(("host", "registrable"), [each for each in VECTORS if not each[0].startswith(".")])
def test_a_host_is_as_registrable_in_ascii(host: str, registrable: str) -> None:
    assert registrable_domain(normalise_host(host)) == (normalise_host(registrable) if registrable else None)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("com", "icann"),
        ("co.uk", "icann"),
        ("xn--55qx5d.cn", "icann"),
        ("city.kobe.jp", None),
        ("anything.ck", "icann"),
        ("www.ck", None),
        ("github.io", "private"),
        ("s3.amazonaws.com", "private"),
        ("example.com", None),
        ("somebody.github.io", None),
        ("intranet", None),
        ("192.0.2.7", None),
        ("2001:db8::1", None),
        ("", None),
        ("a..com", None),
    ],
)
def test_registries_and_companies_are_told_apart(host: str, kind: Kind | None) -> None:
    assert kind_of(host) == kind
    assert is_public_suffix(host) == (kind is not None)


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1"])
def test_an_address_belongs_to_no_domain(address: str) -> None:
    assert registrable_domain(address) is None
