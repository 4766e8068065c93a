"""Ask a service in the manner of PhotoDNA: the picture itself is sent, and nothing of it is kept here."""

from typing import Any, Final

from crawler.matchers.matcher import NOTHING_KNOWN, Question, Said, of_type
from filters.facts import RemoteSays
from storage.services import Credentials, Service, ServiceTrouble, read_json

_DONE: Final = 3000
"""The service's code for a picture that it has looked at; any other says why it has not."""

_TYPES: Final = {"bmp": "image/bmp", "gif": "image/gif", "jpeg": "image/jpeg", "png": "image/png", "tiff": "image/tiff"}
"""What such a service reads. A picture of another format is not asked about, and so not kept."""


class PhotoDna:
    """`POST` of the original bytes to the address itself, with the key in `Ocp-Apim-Subscription-Key`."""

    version = "1"

    def __init__(self, service: Service, credentials: Credentials) -> None:
        self._service = service
        self._key = credentials.token or ""

    def ask(self, question: Question) -> Said:
        content_type = _TYPES.get(question.picture.format)
        if content_type is None:
            raise ServiceTrouble("format")
        headers = {"Content-Type": content_type, "Ocp-Apim-Subscription-Key": self._key}
        answer = self._service.post("", data=question.body, headers=headers, timeout_s=question.left_s)
        return _said(of_type(read_json(answer), dict))


def _said(answer: dict[str, Any]) -> Said:
    code = of_type(answer.get("Status"), dict).get("Code")
    if code != _DONE:
        raise ServiceTrouble(f"code-{code}" if isinstance(code, int) else "not-understood")
    if of_type(answer.get("IsMatch"), bool):
        return Said(says=RemoteSays.MATCH, label=_label(answer))
    return NOTHING_KNOWN


def _label(answer: dict[str, Any]) -> str | None:
    """Return the first violation that it names; a match without one is a match."""
    try:
        return str(answer["MatchDetails"]["MatchFlags"][0]["Violations"][0])
    except (LookupError, TypeError):
        return None
