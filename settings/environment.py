"""Let the environment have the last word over a settings module, and keep secrets out of settings."""

import os
import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Final

PREFIX = "ALTSIEVE_"
SECRETS = frozenset({"SIGNING_KEY", "HMAC_KEY", "INCIDENT_PRIVATE_KEY", "DATABASE_PASSWORD_FILE"})
"""Read by what needs them alone; as settings they would be printed and stored with each run."""
SECRET_PREFIXES = ("EXCHANGE_", "MATCHER_", "INCIDENT_PRIVATE_")
"""Likewise: credentials of exchanges and of remote matchers, and what opens incidents."""
_SECRET_ENDINGS: Final = ("_PASSWORD", "_PASS", "_SECRET", "_TOKEN", "_ACCESS_KEY", "_ACCESS_KEY_ID")
"""Likewise whatever Scrapy or others would read, such as AWS_SECRET_ACCESS_KEY."""
_DATABASE_URL: Final = "DATABASE_URL"
_ITS_PASSWORD: Final = re.compile(r"(?<=://)([^:/@]*):.*(?=@)", re.DOTALL)
"""Up to the last @: what stands before it may be a piece of a password that nobody has escaped."""
_A_PASSWORD: Final = re.compile(r"://[^/?#\s@]*:[^/?#\s]*@|[?&](ssl)?password=", re.IGNORECASE)
_WHERE: Final = {
    _DATABASE_URL: "give it in the environment as ALTSIEVE_DATABASE_URL or PGPASSWORD, or in a file that "
    "ALTSIEVE_DATABASE_PASSWORD_FILE or PGPASSFILE names",
    "OBJECTS_URL": "give credentials in the usual AWS variables and files",
}


def overridden_by(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the environment gives as ALTSIEVE_<NAME>.

    Without the password of DATABASE_URL, which storage/postgresql.py reads by itself.
    """
    names = (name.removeprefix(PREFIX) for name in environment if name.startswith(PREFIX))
    found = {name: environment[PREFIX + name] for name in names if name.isupper() and not _is_secret(name)}
    if _DATABASE_URL in found:
        found[_DATABASE_URL] = _ITS_PASSWORD.sub(r"\1", found[_DATABASE_URL], count=1)
    return found


def override(module: MutableMapping[str, object]) -> None:
    """Put what the environment gives into a settings module's globals, and note which names those are."""
    given = overridden_by(os.environ)
    module.update(given)
    module["FROM_ENVIRONMENT"] = sorted(given)


def secret_settings(settings: Mapping[str, object]) -> list[str]:
    """Say of each setting that has or is a secret where it belongs; none is repeated."""
    return [complaint for name, value in sorted(settings.items()) if (complaint := _complaint(name, value)) is not None]


def _complaint(name: str, value: object) -> str | None:
    if value and _is_secret(name):
        where = "AWS_..." if name.startswith("AWS_") else f"{PREFIX}{name}"
        return f"{name} is a secret, which ps, the shell's history and logs would show: set {where} in the environment"
    if (name == _DATABASE_URL and _ITS_PASSWORD.search(str(value))) or any(map(_A_PASSWORD.search, _texts(value))):
        where = _WHERE.get(name, "such services have variables of their own, which docs/services.md names")
        return f"{name} has a password, which ps, the shell's history and logs would show: leave it out, and {where}"
    return None


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        return [each for inner in value.values() for each in _texts(inner)]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [each for inner in value for each in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _is_secret(name: str) -> bool:
    return name in SECRETS or name.startswith(SECRET_PREFIXES) or name.endswith(_SECRET_ENDINGS)
