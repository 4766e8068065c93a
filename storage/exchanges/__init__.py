"""Fetch lists of known material from where they are shared, as far as they have changed since a checkpoint."""

from storage.exchanges.exchange import Batch, Checkpoint, Exchange, ExchangeKind, ExchangeTrouble
from storage.exchanges.opening import environment_prefix, open_exchange

__all__ = [
    "Batch",
    "Checkpoint",
    "Exchange",
    "ExchangeKind",
    "ExchangeTrouble",
    "environment_prefix",
    "open_exchange",
]
