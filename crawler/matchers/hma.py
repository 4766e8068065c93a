"""Ask a Hasher-Matcher-Actioner by PDQ hash: no picture leaves this machine."""

import time
from typing import Any, Final

from crawler.matchers.matcher import NOTHING_KNOWN, Question, Said, of_type
from filters.facts import RemoteSays
from storage.services import Service, ServiceTrouble, read_json

_LOOK_AT_INDEX_EVERY_S: Final = 60.0


class HasherMatcherActioner:
    """`GET /m/raw_lookup` for each hash.

    Not `/m/lookup`: asked by hash it takes no notice of `bypass_coinflip`, and leaves out banks by chance. Not its own
    hasher either, which misses palette, CMYK and turned pictures and answers nothing for flat ones. An index that is
    missing or empty answers like one that does not know the picture, so it is looked at first.
    """

    version = "1"

    def __init__(self, service: Service) -> None:
        self._service = service
        self._index_seen_at = -_LOOK_AT_INDEX_EVERY_S

    def ask(self, question: Question) -> Said:
        self._require_index(question)
        matches = [match for each in question.hashes() for match in self._about(each, question)]
        if not matches:
            return NOTHING_KNOWN
        nearest = min(matches, key=lambda match: match[1])
        return Said(says=RemoteSays.MATCH, label=nearest[0], distance_bits=nearest[1])

    def _require_index(self, question: Question) -> None:
        now = time.monotonic()
        if now - self._index_seen_at < _LOOK_AT_INDEX_EVERY_S:
            return
        answer = self._service.get("/m/index/status", params={"signal_type": "pdq"}, timeout_s=question.left_s)
        index = of_type(of_type(read_json(answer), dict).get("pdq"), dict)
        if index.get("present") is not True or of_type(index.get("size"), int) < 1:
            raise ServiceTrouble("index-missing")
        self._index_seen_at = now

    def _about(self, pdq: str, question: Question) -> list[tuple[str, int]]:
        params = {"signal_type": "pdq", "signal": pdq, "include_distance": "true"}
        answer = self._service.get("/m/raw_lookup", params=params, timeout_s=question.left_s)
        return [_match(each) for each in of_type(of_type(read_json(answer), dict).get("matches"), list)]


def _match(match: Any) -> tuple[str, int]:
    """Whatever stands there is a match; a distance that cannot be read takes nothing from it."""
    if not isinstance(match, dict):
        return str(match), 0
    try:
        distance_bits = int(match.get("distance", 0))
    except (TypeError, ValueError):
        distance_bits = 0
    return str(match.get("bank_content_id")), distance_bits
