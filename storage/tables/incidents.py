"""Lay down the tables of matches with known material: events in the clear, incidents sealed."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from storage.tables.catalogue import INCIDENTS_SCHEMA, Instant, metadata

event = Table(
    "event",
    metadata,
    Column("id", String(36), primary_key=True, comment="random (UUIDv4), so that it says nothing of time or order"),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("day", Date, nullable=False, comment="no finer time is kept"),
    Column("outcome", String(8), nullable=False),
    Column("filter", String(40), nullable=False),
    Column("filter_version", String(20), nullable=False),
    Column("reason", String(60), nullable=False, comment="hash.on-list, hash.near-list, page.incident"),
    Index(None, "run_id", "reason"),
    sqlite_with_rowid=False,  # here and below: a rowid would tell between which other rows this one was written
    comment="A match with known material, or a pair beside one: nothing here points to a place or a picture.",
)

incident = Table(
    "incident",
    metadata,
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column(
        "sealed", LargeBinary, comment="with a data key of its own, that is in incident_key; null if there was none"
    ),
    Column("key_id", String(16), comment="first half of SHA-256 of the public key it was sealed to"),
    Column(
        "form", Integer, nullable=False, server_default="1", comment="1: HPKE to the public key; 2: data key beside"
    ),
    Column("due", Date, comment="by when it is to be exported; null if it is not to be reported"),
    sqlite_with_rowid=False,
    schema=INCIDENTS_SCHEMA,
    comment="What an authority needs of a match, readable only with the safety officer's private key.",
)

incident_key = Table(
    "incident_key",
    metadata,
    Column("event_id", String(36), primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="the data key, HPKE to INCIDENT_PUBLIC_KEY"),
    sqlite_with_rowid=False,
    schema=INCIDENTS_SCHEMA,
    comment="Data keys of incidents. To purge one is to delete its key: what it sealed stays, and says nothing.",
)

incident_act = Table(
    "incident_act",
    metadata,
    Column("id", String(36), primary_key=True, comment="UUIDv7"),
    Column("event_id", String(36), nullable=False),
    Column("act", String(10), nullable=False, comment="read, exported, submitted, closed, held, released, purged"),
    Column("by", Text, nullable=False, comment="the operator"),
    Column("why", Text, nullable=False),
    Column("details", JSON, nullable=False, comment="format of an export, number of a report"),
    Column("at", Instant, nullable=False),
    Index(None, "event_id"),
    schema=INCIDENTS_SCHEMA,
    comment="What was done with an incident, and by whom; never changed, never deleted.",
)

withdrawn_match = Table(
    "withdrawn_match",
    metadata,
    Column(
        "key", String(64), primary_key=True, comment="HMAC-SHA-256 of the picture's SHA-256: it says nothing itself"
    ),
    sqlite_with_rowid=False,
    schema=INCIDENTS_SCHEMA,
    comment="Pictures that were held until a list came that has them: refused for good, even if the list goes.",
)
