"""Read the address of a remote matcher: which kind it is, and where it is asked."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


class MatcherKind(StrEnum):
    """The services that can be asked."""

    ARACHNID = "arachnid"
    HMA = "hma"
    PHOTODNA = "photodna"
    CONTENT_SAFETY = "content-safety"
    CLASSIFIER = "classifier"


@dataclass(frozen=True, kw_only=True, slots=True)
class MatcherAddress:
    """One of the setting REMOTE_MATCHERS, `kind=url`. Its `name` is what answers and verdicts call it: kind@host."""

    kind: MatcherKind
    url: str

    @property
    def name(self) -> str:
        return f"{self.kind}@{urlsplit(self.url).netloc.lower()}"

    @classmethod
    def read(cls, text: str) -> "MatcherAddress":
        """Raise `ValueError` for what is no such address; its text never holds the address."""
        kind, _, url = text.strip().partition("=")
        if kind.lower() not in {each.value for each in MatcherKind}:
            raise ValueError(f"a matcher is written kind=url, where kind is {', '.join(MatcherKind)}")
        return cls(kind=MatcherKind(kind.lower()), url=service_url(url))


def service_url(text: str) -> str:
    """Return the address of a service without the slash at its end; hashes and passwords never travel in the clear."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("the address of a service is a URL that begins with https://")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("the address of a service holds no credentials, no ? and no #: credentials are environment's")
    if parts.scheme == "http" and not _is_near(parts):
        raise ValueError("a service on another network is asked by https:// only")
    return parts.geturl().rstrip("/")


def _is_near(parts: SplitResult) -> bool:
    """A name without a dot is of a container beside us; an address may be private. `134744072` is an address too."""
    host = parts.hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host and host[:1].isalpha()
