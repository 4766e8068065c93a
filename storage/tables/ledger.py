"""Lay down the tables of the ledger."""

from sqlalchemy import JSON, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from storage.tables.catalogue import metadata

ledger_segment = Table(
    "ledger_segment",
    metadata,
    Column("name", String(60), primary_key=True, comment="run:ID, incidents, operators"),
    Column("size", Integer, nullable=False, comment="records in it"),
    Column(
        "peaks", JSON, nullable=False, comment="roots of its perfect subtrees, left to right, hex: enough to append"
    ),
    comment="A Merkle tree (RFC 6962) of one writer's records.",
)

ledger_record = Table(
    "ledger_record",
    metadata,
    Column("segment", ForeignKey("ledger_segment.name"), primary_key=True),
    Column("sequence", Integer, primary_key=True, comment="counts from 0 without a gap"),
    Column("header", Text, nullable=False, comment="canonical JSON (RFC 8785)"),
    Column(
        "subject",
        String(80).with_variant(Text(), "postgresql"),
        nullable=False,
        comment="the header's subject, for look-up",
    ),
    Column("leaf", String(64), nullable=False, comment="SHA-256(0x00, header)"),
    Index(None, "subject"),
    sqlite_with_rowid=False,
    comment="Headers of the ledger; never changed, never deleted.",
)

ledger_body = Table(
    "ledger_body",
    metadata,
    Column("segment", String(60), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("salt", String(64), comment="32 random bytes, hex; null once blanked"),
    Column("body", Text, comment="canonical JSON; null once blanked for a right-holder"),
    ForeignKeyConstraint(["segment", "sequence"], ["ledger_record.segment", "ledger_record.sequence"]),
    sqlite_with_rowid=False,
    comment="What a header commits to: SHA-256(salt, body).",
)
