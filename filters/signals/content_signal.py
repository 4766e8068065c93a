"""Read a Content-Signal, `search=yes, ai-train=no`, from a header or a line of robots.txt."""

import re
from typing import Final

from filters.signals.signal import Protocol, Saying, Says

_SIGNAL: Final = re.compile(r'(?<![\w-])(ai-train|use)\s*=\s*"?([a-z]+)(?![\w-])', re.IGNORECASE | re.ASCII)
_SAYS: Final = {
    ("ai-train", "no"): Says.DENY,
    ("ai-train", "yes"): Says.ALLOW,
    ("use", "immediate"): Says.DENY,  # "store and reuse nothing"
    ("use", "reference"): Says.DENY,  # index, excerpt and link: no copy
}


def read_content_signal(value: str, found_in: str) -> Saying:
    """Return what it says of a stored copy that models are trained on.

    `ai-train=no` denies and `yes` allows; `use=immediate` and `use=reference` deny, `use=full` restricts nothing. One
    denial denies whatever else the line says. What it does not name, or gives another value, is unknown: neither
    granted nor restricted. It is no RFC: signals are found whatever their case and whatever stands between them.
    """
    said = {_SAYS.get((name.lower(), setting.lower())) for name, setting in _SIGNAL.findall(value)}
    says = next((each for each in (Says.DENY, Says.ALLOW) if each in said), Says.UNKNOWN)
    return Saying(protocol=Protocol.CONTENT_SIGNAL, says=says, found_in=found_in, raw=value)
