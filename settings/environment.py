"""Let the environment have the last word over a settings module."""

import os
from collections.abc import Mapping, MutableMapping

PREFIX = "ALTSIEVE_"
SECRETS = frozenset({"SIGNING_KEY", "HMAC_KEY", "INCIDENT_PRIVATE_KEY"})
"""Read by what needs them alone; as settings they would be printed and stored with each run."""
SECRET_PREFIXES = ("EXCHANGE_", "MATCHER_", "INCIDENT_PRIVATE_")
"""Likewise: credentials of exchanges and of remote matchers, and what opens incidents."""


def overridden_by(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the environment gives as ALTSIEVE_<NAME>."""
    names = (name.removeprefix(PREFIX) for name in environment if name.startswith(PREFIX))
    return {name: environment[PREFIX + name] for name in names if name.isupper() and not _is_secret(name)}


def override(module: MutableMapping[str, object]) -> None:
    """Put what the environment gives into a settings module's globals, and note which names those are."""
    given = overridden_by(os.environ)
    module.update(given)
    module["FROM_ENVIRONMENT"] = sorted(given)


def _is_secret(name: str) -> bool:
    return name in SECRETS or name.startswith(SECRET_PREFIXES)
