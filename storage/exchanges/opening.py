"""Open the exchange that a list is connected to, with credentials from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Final

from filters.matcher_address import service_url
from storage.errors import NotReady
from storage.exchanges.exchange import Exchange, ExchangeKind
from storage.exchanges.ncmec import NcmecExchange
from storage.exchanges.stopncii import StopNciiExchange
from storage.services import Credentials, Service

_NEEDS: Final[Mapping[ExchangeKind, tuple[str, ...]]] = {
    ExchangeKind.NCMEC: ("USER", "PASSWORD"),
    ExchangeKind.STOPNCII: ("TOKEN", "PASSWORD"),
}
"""The part of each name after the list's; StopNCII calls them subscription key and function key."""

_OPEN: Final[Mapping[ExchangeKind, Callable[[Service, Credentials], Exchange]]] = {
    ExchangeKind.NCMEC: lambda service, _: NcmecExchange(service),
    ExchangeKind.STOPNCII: StopNciiExchange,
}


def open_exchange(name: str, kind: ExchangeKind, url: str, environment: Mapping[str, str] | None = None) -> Exchange:
    """Raise `NotReady`, which says what to set, if a credential is missing."""
    there = os.environ if environment is None else environment
    prefix = environment_prefix(name)
    if missing := [f"{prefix}_{each}" for each in _NEEDS[kind] if not there.get(f"{prefix}_{each}")]:
        raise NotReady(f"list {name} cannot be fetched without credentials: set {' and '.join(missing)}")
    credentials = Credentials.of(prefix, there)
    return _OPEN[kind](Service(service_url(url), credentials), credentials)


def environment_prefix(name: str) -> str:
    """Return how the names of a list's credentials begin."""
    return f"ALTSIEVE_EXCHANGE_{re.sub(r'[^A-Z0-9]', '_', name.upper())}"
