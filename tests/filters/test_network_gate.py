import pytest

from filters.network_gate import NetworkReason, not_reachable
from filters.verdict import Outcome


@pytest.mark.parametrize("reason", NetworkReason)
def test_what_may_not_be_reached_is_refused_and_says_no_address(reason: NetworkReason) -> None:
    verdict = not_reachable(reason)
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, reason.value)
    assert (verdict.filter, verdict.evidence) == ("network-gate", {})
