"""Read a statement of AIPREF, `train-ai=n`, from a Content-Usage header or a line of robots.txt."""

from typing import Final

import http_sf

from filters.signals.signal import Protocol, Saying, Says

MOST_CHARACTERS: Final = 16 << 10
LABEL: Final = "train-ai"
_SAYS: Final = {"y": Says.ALLOW, "n": Says.DENY}


def read_content_usage(value: str, found_in: str) -> Saying:
    """Return what it says of training: a dictionary of RFC 9651 in which only the token `y` or `n` of train-ai counts.

    Whatever else it holds, and what is no dictionary, is unknown (draft-ietf-aipref-vocab, processing algorithm).
    Labels and values are case-sensitive; of a label that is given twice the last value counts.
    """
    return Saying(protocol=Protocol.AIPREF, says=_said(value), found_in=found_in, raw=value)


def _said(value: str) -> Says:
    if len(value) > MOST_CHARACTERS:
        return Says.UNKNOWN
    try:
        preferences = http_sf.parse(value.encode(errors="surrogatepass"), tltype="dictionary")
    except http_sf.StructuredFieldError:
        return Says.UNKNOWN
    member = preferences.get(LABEL) if isinstance(preferences, dict) else None
    said = member[0] if isinstance(member, tuple) else member
    return _SAYS.get(str(said), Says.UNKNOWN) if isinstance(said, http_sf.Token) else Says.UNKNOWN
