"""Lay down the tables of the gates: the epoch, and every list in every state."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.catalogue import Instant, metadata

gate = Table(
    "gate",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, comment="always 1"),
    Column("epoch", Integer, nullable=False, comment="raised by every change of a list, a threshold or a tombstone"),
    comment="The gate epoch: which state of all gates a decision was made under.",
)

gate_change = Table(
    "gate_change",
    metadata,
    Column("epoch", Integer, primary_key=True, comment="the epoch that this change began"),
    Column("what", String(40), nullable=False, comment="stable code of the change, such as blocklist.add"),
    Column("subject", Text, nullable=False, comment="name and number of the list, or id of the tombstone"),
    Column("by", Text, nullable=False, comment="the operator"),
    Column("why", Text, nullable=False, comment="the operator's reason"),
    Column("at", Instant, nullable=False, comment="when it was committed"),
    comment="Every change of a gate, with who and why.",
)

list_ = Table(
    "list",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("kind", String(8), nullable=False, comment="hosts, hashes or sources"),
    Column("origin", String(10), nullable=False, comment="by-hand, imported, shipped or synthetic"),
    Column("number", Integer, nullable=False, comment="its newest revision; 0 until the first one counts"),
    Column("trouble", Text, comment="why the newest fetch from its exchange does not count; null if it does"),
    Column("trouble_at", Instant, comment="since when"),
    comment="A list that a filter compares with.",
)

revision = Table(
    "revision",
    metadata,
    Column("list", ForeignKey("list.name"), primary_key=True),
    Column("number", Integer, primary_key=True, comment="counts from 1; above the list's own while it is written"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the sorted entries that count in it"),
    Column("entries", Integer, nullable=False, comment="how many count in it"),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("rejected", Integer, nullable=False, comment="lines of the source that could not be read"),
    Column("source", Text, comment="where an import came from: its file name and format, or what --source says"),
    Column("licence", Text, comment="of an import, as the operator gave it"),
    Column("file_digest", String(64), comment="SHA-256 of the file that was imported"),
    Column("policy", JSON, comment="of a list of hashes: what a match means, how old it may be; null for the default"),
    Column("checkpoint", JSON, comment="how far an exchange was read when it was made; null if it was not fetched"),
    Column("as_of", Instant, comment="when its entries were had from their source; null: when it was made"),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
    comment="One state of a list.",
)

host_entry = Table(
    "host_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", ForeignKey("list.name"), nullable=False),
    Column("host", Text, nullable=False, comment="what it covers, as filters/indexes/entries.py writes it"),
    Column("action", String(5), nullable=False, comment="block, allow (by a person), lift (within its own list)"),
    Column("why", Text, nullable=False),
    Column("since", Integer, nullable=False, comment="first revision it counts in"),
    Column("until", Integer, comment="first revision it no longer counts in"),
    ForeignKeyConstraint(["list", "since"], ["revision.list", "revision.number"]),
    Index(None, "list", "host"),
    Index(None, "list", "action", "until"),
    comment="A host on a blocklist, or allowed by a person.",
)

source_entry = Table(
    "source_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", ForeignKey("list.name"), nullable=False),
    Column("host", Text, nullable=False, comment="normalised; stands for all its subdomains too"),
    Column("licence", Text, nullable=False, comment="under which its pictures may be used"),
    Column("why", Text, nullable=False),
    Column("since", Integer, nullable=False, comment="first revision it counts in"),
    Column("until", Integer, comment="first revision it no longer counts in"),
    ForeignKeyConstraint(["list", "since"], ["revision.list", "revision.number"]),
    Index(None, "list", "host"),
    comment="A host that a person has vetted; with --vetted-only pictures are kept from no other.",
)

hash_entry = Table(
    "hash_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("list", ForeignKey("list.name"), nullable=False),
    Column("type", String(10), nullable=False, comment="md5, sha1, sha256, pdq, phash16"),
    Column("value", String(64), nullable=False, comment="lower-case hex"),
    Column(
        "category", String(20), nullable=False, comment="NEGATIVE_CLASS, INVESTIGATION_SEED, ..., as ThreatExchange"
    ),
    Column(
        "distance_bits", Integer, comment="how far a near match may be; null for an exact type or the list's policy"
    ),
    Column(
        "source_entry", Text, nullable=False, server_default="", comment="who listed it, and under which id: member/id"
    ),
    Column(
        "severity", Text, nullable=False, server_default="", comment="scheme:label as the source says it, never read"
    ),
    Column("since", Integer, nullable=False, comment="first revision it counts in"),
    Column("until", Integer, comment="first revision it no longer counts in"),
    ForeignKeyConstraint(["list", "since"], ["revision.list", "revision.number"]),
    Index(None, "list", "type", "value"),
    Index(None, "list", "source_entry"),
    comment="A hash on a list of known material.",
)
