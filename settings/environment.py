"""Let the environment have the last word over a settings module."""

import os
from collections.abc import Mapping, MutableMapping

PREFIX = "ALTSIEVE_"
SECRETS = frozenset({"SIGNING_KEY", "HMAC_KEY"})
"""Read by the key ring alone; as settings they would be printed and stored with each run."""


def overridden_by(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the environment gives as ALTSIEVE_<NAME>."""
    names = (name.removeprefix(PREFIX) for name in environment if name.startswith(PREFIX))
    return {name: environment[PREFIX + name] for name in names if name.isupper() and name not in SECRETS}


def override(module: MutableMapping[str, object]) -> None:
    """Put what the environment gives into a settings module's globals, and note which names those are."""
    given = overridden_by(os.environ)
    module.update(given)
    module["FROM_ENVIRONMENT"] = sorted(given)
