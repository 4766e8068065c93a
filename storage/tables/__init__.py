"""Lay down every table; each column says what it holds."""

from storage.tables.catalogue import INCIDENTS_SCHEMA, Instant, metadata, without_schemas
from storage.tables.crawls import canary_result, consent_document, page, run, shadow, tally
from storage.tables.gates import gate, gate_change, hash_entry, host_entry, list_, revision, source_entry
from storage.tables.held import (
    doomed_object,
    held_index,
    measurement,
    object_intent,
    pair,
    picture,
    rescan,
    sighting,
    tombstone,
    unindexed,
)
from storage.tables.incidents import event, incident, incident_act, incident_key, withdrawn_match
from storage.tables.ledger import ledger_body, ledger_record, ledger_segment

__all__ = [
    "INCIDENTS_SCHEMA",
    "Instant",
    "canary_result",
    "consent_document",
    "doomed_object",
    "event",
    "gate",
    "gate_change",
    "hash_entry",
    "held_index",
    "host_entry",
    "incident",
    "incident_act",
    "incident_key",
    "ledger_body",
    "ledger_record",
    "ledger_segment",
    "list_",
    "measurement",
    "metadata",
    "object_intent",
    "page",
    "pair",
    "picture",
    "rescan",
    "revision",
    "run",
    "shadow",
    "sighting",
    "source_entry",
    "tally",
    "tombstone",
    "unindexed",
    "withdrawn_match",
    "without_schemas",
]
