"""Ask Arachnid Shield by PDQ hash: no picture leaves this machine."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crawler.matchers.matcher import NOTHING_KNOWN, Question, Said, of_type
from filters.facts import RemoteSays
from storage.services import Service, ServiceTrouble, read_json

_AT_ONCE: Final = 100
"""Hashes of one request."""

_SAYS: Final[Mapping[str, RemoteSays]] = {
    "csam": RemoteSays.MATCH,
    "harmful-abusive-material": RemoteSays.SUSPECT,
    "test": RemoteSays.SUSPECT,  # the service's own harmless picture: held back, and not reported
    "no-known-match": RemoteSays.NO_MATCH,
}


class ArachnidShield:
    """`POST /v1/pdq/` takes hashes in base64 and answers for each. Never `/v1/media/submit`, which keeps it all."""

    version = "1"

    def __init__(self, service: Service) -> None:
        self._service = service

    def ask(self, question: Question) -> Said:
        said = [each for some in _some_at_once(question.hashes()) for each in self._about(some, question)]
        order = (RemoteSays.MATCH, RemoteSays.SUSPECT)
        return next((each for says in order for each in said if each.says is says), NOTHING_KNOWN)

    def _about(self, hashes: list[str], question: Question) -> Iterator[Said]:
        """A hash that was sent and not answered for is no answer at all."""
        sent = [base64.b64encode(bytes.fromhex(each)).decode() for each in hashes]
        answer = self._service.post("/v1/pdq/", json={"hashes": sent}, timeout_s=question.left_s)
        scanned = of_type(of_type(read_json(answer), dict).get("scanned_hashes"), dict)
        for each in sent:
            yield _said(of_type(scanned.get(each), dict))


def _some_at_once(hashes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(hashes), _AT_ONCE):
        yield hashes[start : start + _AT_ONCE]


def _said(scanned: dict[str, Any]) -> Said:
    label = of_type(scanned.get("classification"), str)
    says = _SAYS.get(label)
    if says is None:
        raise ServiceTrouble("not-understood")
    return NOTHING_KNOWN if says is RemoteSays.NO_MATCH else Said(says=says, label=label)
