"""What docs/services.md says of services is what the code does."""

import re
from pathlib import Path

import pytest

from crawler.matchers.breaker import FAILURES_IN_A_ROW, REST_S
from filters.matcher_address import MatcherKind
from settings import base
from storage.errors import NotReady
from storage.exchanges import ExchangeKind, open_exchange
from storage.exchanges.exchange import PAUSES_S

PAGE = (Path(__file__).parents[2] / "docs" / "services.md").read_text()
WORDS = " ".join(PAGE.split())


@pytest.mark.parametrize("kind", [*ExchangeKind, *MatcherKind])
def test_every_kind_of_service_is_told(kind: str) -> None:
    assert f"\n| `{kind}` |" in PAGE


@pytest.mark.parametrize("kind", list(ExchangeKind))
def test_the_credentials_of_an_exchange_are_told(kind: ExchangeKind) -> None:
    with pytest.raises(NotReady) as missing:
        open_exchange("list", kind, "https://lists.test", {})
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |")]
    wanted = set(re.findall(r"ALTSIEVE_\w+", str(missing.value)))
    assert {each.replace("<LIST>", "LIST") for each in re.findall(r"ALTSIEVE_[\w<>]+", row)} == wanted


def test_every_setting_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", PAGE)) - {"REQUESTS_CA_BUNDLE"}
    assert {each for each in named if not each.startswith("ALTSIEVE_") and not hasattr(base, each)} == set()


def test_numbers_are_those_of_the_code() -> None:
    assert (FAILURES_IN_A_ROW, REST_S, len(PAUSES_S)) == (5, 30.0, 3)
    assert "After five failures in a row a matcher is not asked for 30 seconds" in WORDS
    assert "asked for again, three times" in WORDS
