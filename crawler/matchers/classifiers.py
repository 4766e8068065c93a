"""Ask services that judge pictures which nobody has listed; the picture itself is sent."""

import base64
import math
from collections.abc import Mapping
from typing import Any, Final

from crawler.matchers.matcher import NOTHING_KNOWN, Question, Said, of_type
from filters.facts import RemoteSays
from storage.services import Credentials, Service, ServiceTrouble, read_json

_TYPES: Final = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tiff": "image/tiff",
    "webp": "image/webp",
}
_GOOGLE_READS: Final = frozenset(_TYPES) - {"avif"}
_PRIORITIES: Final[Mapping[str, RemoteSays]] = {
    "VERY_LOW": RemoteSays.NO_MATCH,
    "LOW": RemoteSays.NO_MATCH,
    "MEDIUM": RemoteSays.SUSPECT,
    "HIGH": RemoteSays.SUSPECT,
    "VERY_HIGH": RemoteSays.SUSPECT,
}
_ANSWERS: Final[Mapping[str, RemoteSays]] = {
    each.value: each for each in (RemoteSays.NO_MATCH, RemoteSays.SUSPECT, RemoteSays.MATCH)
}
_LONGEST_LABEL: Final = 60


class ContentSafety:
    """Google's Content Safety API: `POST /v1beta1/images:classify` answers one of five priorities for a review.

    From `MEDIUM` on the picture is suspect: a priority says in which order people should look, and confirms nothing.
    The key travels in a header, since addresses stand in logs.
    """

    version = "1"

    def __init__(self, service: Service, credentials: Credentials) -> None:
        self._service = service
        self._headers = {"X-Goog-Api-Key": credentials.token or ""}

    def ask(self, question: Question) -> Said:
        if question.picture.format not in _GOOGLE_READS:
            raise ServiceTrouble("format")
        sent = {"images": [base64.b64encode(question.body).decode()]}
        answer = self._service.post(
            "/v1beta1/images:classify", json=sent, headers=self._headers, timeout_s=question.left_s
        )
        priorities = of_type(of_type(read_json(answer), dict).get("reviewPriorities"), list)
        if len(priorities) != 1:
            raise ServiceTrouble("not-understood")
        return _said(_PRIORITIES, priorities[0], priorities[0])


class Classifier:
    """Any classifier behind a small protocol of ours: `POST` of the original bytes to the address itself.

    It answers `{"says": "no-match"}`, or `suspect` or `match`, with a `label` and a `score` from 0 to 1 if it likes.
    Where its threshold lies is for whoever puts it there: it is asked for an answer, not for a number.
    """

    version = "1"

    def __init__(self, service: Service, credentials: Credentials) -> None:
        self._service = service
        self._headers = {} if credentials.token is None else {"Authorization": f"Bearer {credentials.token}"}

    def ask(self, question: Question) -> Said:
        content_type = _TYPES.get(question.picture.format)
        if content_type is None:
            raise ServiceTrouble("format")
        headers = {"Content-Type": content_type, **self._headers}
        answer = self._service.post("", data=question.body, headers=headers, timeout_s=question.left_s)
        return _judged(of_type(read_json(answer), dict))


def _judged(answer: dict[str, Any]) -> Said:
    score, label = answer.get("score"), answer.get("label")
    if score is not None and not (_is_number(score) and 0 <= score <= 1):
        raise ServiceTrouble("not-understood")
    return _said(_ANSWERS, answer.get("says"), label if label is None else of_type(label, str))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _said(known: Mapping[str, RemoteSays], word: object, label: str | None) -> Said:
    says = known.get(of_type(word, str))
    if says is None:
        raise ServiceTrouble("not-understood")
    if says is RemoteSays.NO_MATCH:
        return NOTHING_KNOWN
    return Said(says=says, label=None if label is None else label[:_LONGEST_LABEL])
