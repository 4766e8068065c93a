"""Lay down the first tables.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

instant = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False, comment="always 1"),
        sa.Column(
            "epoch",
            sa.Integer(),
            nullable=False,
            comment="raised by every change of a list, a threshold or a tombstone",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.CheckConstraint("id = 1", name=op.f("ck_gate_one_row")),
        comment="The gate epoch: which state of all gates a decision was made under.",
    )
    op.execute("INSERT INTO gate (id, epoch) VALUES (1, 1)")
    op.create_table(
        "gate_change",
        sa.Column("epoch", sa.Integer(), nullable=False, comment="the epoch that this change began"),
        sa.Column("what", sa.String(40), nullable=False, comment="stable code of the change, such as blocklist.add"),
        sa.Column("subject", sa.Text(), nullable=False, comment="name and number of the list, or id of the tombstone"),
        sa.Column("by", sa.Text(), nullable=False, comment="the operator"),
        sa.Column("why", sa.Text(), nullable=False, comment="the operator's reason"),
        sa.Column("at", instant, nullable=False, comment="when it was committed"),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_gate_change")),
        comment="Every change of a gate, with who and why.",
    )
    op.create_table(
        "ledger_segment",
        sa.Column("name", sa.String(60), nullable=False, comment="run:ID, incidents, operators"),
        sa.Column("size", sa.Integer(), nullable=False, comment="records in it"),
        sa.Column(
            "peaks",
            sa.JSON(),
            nullable=False,
            comment="roots of its perfect subtrees, left to right, hex: enough to append",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ledger_segment")),
        comment="A Merkle tree (RFC 6962) of one writer's records.",
    )
    op.create_table(
        "list",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False, comment="hosts or hashes"),
        sa.Column("origin", sa.String(10), nullable=False, comment="by-hand, imported or synthetic"),
        sa.Column("number", sa.Integer(), nullable=False, comment="its newest revision"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_list")),
        comment="A list that a filter compares with.",
    )
    op.create_table(
        "picture",
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the original bytes"),
        sa.Column(
            "facts", sa.JSON(), nullable=False, comment="everything measured, with the version of each instrument"
        ),
        sa.Column("object_key", sa.Text(), nullable=False, comment="where the bytes are, below OBJECTS_URL"),
        sa.Column("stored_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_picture")),
        comment="A picture that is kept.",
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(36), nullable=False, comment="UUIDv7"),
        sa.Column("spider", sa.String(40), nullable=False, comment="pages, sitemap, ..."),
        sa.Column(
            "arguments", sa.JSON(), nullable=False, comment="what the operator asked for: seeds, limits, patterns"
        ),
        sa.Column("operator", sa.Text(), nullable=False, comment="login name of who launched it"),
        sa.Column("contact", sa.Text(), nullable=True, comment="CONTACT_URL as sent in the User-Agent"),
        sa.Column(
            "settings", sa.JSON(), nullable=False, comment="snapshot of the settings that decide, secrets left out"
        ),
        sa.Column("settings_digest", sa.String(64), nullable=False, comment="SHA-256 of the canonical snapshot"),
        sa.Column("revisions", sa.JSON(), nullable=False, comment="filter name -> revision at the start"),
        sa.Column("epoch", sa.Integer(), nullable=False, comment="gate epoch at its start"),
        sa.Column(
            "code_version", sa.Text(), nullable=False, comment="version of Altsieve, with the commit where known"
        ),
        sa.Column("provisional", sa.Boolean(), nullable=False, comment="ran without a fresh production list"),
        sa.Column("state", sa.String(12), nullable=False, comment="running, finished, stopped, broke-off"),
        sa.Column("started_at", instant, nullable=False),
        sa.Column("finished_at", instant, nullable=True, comment="null while it runs, or if it was killed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        comment="One launch of a crawl; a resumed run keeps its row.",
    )
    op.create_table(
        "tombstone",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False, comment="picture or pair"),
        sa.Column("key", sa.String(64), nullable=False, comment="SHA-256 of the picture, or id of the pair"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_tombstone_kind_key")),
        comment="What was withdrawn and must not come back.",
    )
    op.create_table(
        "event",
        sa.Column(
            "id", sa.String(36), nullable=False, comment="random (UUIDv4), so that it says nothing of time or order"
        ),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="no finer time is kept"),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("filter", sa.String(40), nullable=False),
        sa.Column("filter_version", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False, comment="hash.on-list, hash.near-list, page.incident"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_event_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        comment="A match with known material, or a pair beside one: nothing here points to a place or a picture.",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_event_run_id_reason"), "event", ["run_id", "reason"], unique=False)
    op.create_table(
        "ledger_record",
        sa.Column("segment", sa.String(60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="counts from 0 without a gap"),
        sa.Column("header", sa.Text(), nullable=False, comment="canonical JSON (RFC 8785)"),
        sa.Column("subject", sa.String(80), nullable=False, comment="the header's subject, for look-up"),
        sa.Column("leaf", sa.String(64), nullable=False, comment="SHA-256(0x00, header)"),
        sa.ForeignKeyConstraint(["segment"], ["ledger_segment.name"], name=op.f("fk_ledger_record_segment")),
        sa.PrimaryKeyConstraint("segment", "sequence", name=op.f("pk_ledger_record")),
        comment="Headers of the ledger; never changed, never deleted.",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ledger_record_subject"), "ledger_record", ["subject"], unique=False)
    op.create_table(
        "page",
        sa.Column("id", sa.String(36), nullable=False, comment="UUIDv7"),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False, comment="normalised, without fragment"),
        sa.Column("url_digest", sa.String(64), nullable=False, comment="SHA-256 of url, for the unique key"),
        sa.Column("host", sa.Text(), nullable=False, comment="normalised host, the unit of politeness and of leases"),
        sa.Column("depth", sa.Integer(), nullable=False, comment="links away from its seed"),
        sa.Column("seed", sa.Text(), nullable=False, comment="the seed it was reached from"),
        sa.Column("found_on", sa.Text(), nullable=True, comment="URL of the page that linked to it; null for a seed"),
        sa.Column("state", sa.String(8), nullable=False, comment="pending, leased, done, failed"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="how often it was leased"),
        sa.Column("next_try_at", instant, nullable=True, comment="not before; null for at once"),
        sa.Column("lease_until", instant, nullable=True, comment="another worker may take it after"),
        sa.Column("failure", sa.String(60), nullable=True, comment="reason code of a page that could not be read"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_page_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("run_id", "url_digest", name=op.f("uq_page_run_id_url_digest")),
        comment="The frontier: pages of a run; what --resume goes on from.",
    )
    op.create_index(op.f("ix_page_run_id_state_id"), "page", ["run_id", "state", "id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="counts from 1"),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of the sorted entries that count in it"),
        sa.Column("entries", sa.Integer(), nullable=False, comment="how many count in it"),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False, comment="lines of the source that could not be read"),
        sa.Column("source", sa.Text(), nullable=True, comment="file name and format of an import"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_revision_list")),
        sa.PrimaryKeyConstraint("list", "number", name=op.f("pk_revision")),
        comment="One state of a list.",
    )
    op.create_table(
        "tally",
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False, comment="stored, refused, unsure, failed"),
        sa.Column("reason", sa.String(60), nullable=False, comment="reason code; empty for stored"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_tally_run_id")),
        sa.PrimaryKeyConstraint("run_id", "outcome", "reason", name=op.f("pk_tally")),
        comment="Counts of decided candidates, kept in the transaction of each decision.",
    )
    op.create_table(
        "hash_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("type", sa.String(10), nullable=False, comment="md5, sha1, sha256, pdq, phash16"),
        sa.Column("value", sa.String(64), nullable=False, comment="lower-case hex"),
        sa.Column(
            "category",
            sa.String(20),
            nullable=False,
            comment="NEGATIVE_CLASS, INVESTIGATION_SEED, ..., as ThreatExchange",
        ),
        sa.Column(
            "distance_bits", sa.Integer(), nullable=True, comment="how far a near match may be; null for an exact type"
        ),
        sa.Column("since", sa.Integer(), nullable=False, comment="first revision it counts in"),
        sa.Column("until", sa.Integer(), nullable=True, comment="first revision it no longer counts in"),
        sa.ForeignKeyConstraint(
            ["list", "since"], ["revision.list", "revision.number"], name=op.f("fk_hash_entry_list_since")
        ),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_hash_entry_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_entry")),
        comment="A hash on a list of known material.",
    )
    op.create_index(op.f("ix_hash_entry_list_type_value"), "hash_entry", ["list", "type", "value"], unique=False)
    op.create_table(
        "host_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("host", sa.Text(), nullable=False, comment="normalised; stands for all its subdomains too"),
        sa.Column("action", sa.String(5), nullable=False, comment="block or allow"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False, comment="first revision it counts in"),
        sa.Column("until", sa.Integer(), nullable=True, comment="first revision it no longer counts in"),
        sa.ForeignKeyConstraint(
            ["list", "since"], ["revision.list", "revision.number"], name=op.f("fk_host_entry_list_since")
        ),
        sa.ForeignKeyConstraint(["list"], ["list.name"], name=op.f("fk_host_entry_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_entry")),
        comment="A host on a blocklist, or allowed by a person.",
    )
    op.create_index(op.f("ix_host_entry_list_host"), "host_entry", ["list", "host"], unique=False)
    op.create_table(
        "incident",
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="HPKE to INCIDENT_PUBLIC_KEY; null if none was configured",
        ),
        sa.Column(
            "key_id", sa.String(16), nullable=True, comment="first half of SHA-256 of the public key it was sealed to"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_incident_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_incident")),
        comment="What an authority needs of a match, readable only with the safety officer's private key.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_body",
        sa.Column("segment", sa.String(60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=True, comment="32 random bytes, hex; null once blanked"),
        sa.Column("body", sa.Text(), nullable=True, comment="canonical JSON; null once blanked for a right-holder"),
        sa.ForeignKeyConstraint(
            ["segment", "sequence"],
            ["ledger_record.segment", "ledger_record.sequence"],
            name=op.f("fk_ledger_body_segment_sequence"),
        ),
        sa.PrimaryKeyConstraint("segment", "sequence", name=op.f("pk_ledger_body")),
        comment="What a header commits to: SHA-256(salt, body).",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.String(36), nullable=False, comment="UUIDv7"),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("page_id", sa.String(36), nullable=False),
        sa.Column("image_key", sa.String(64), nullable=False, comment="HMAC-SHA-256 of the image URL"),
        sa.Column("text_key", sa.String(64), nullable=False, comment="HMAC-SHA-256 of source and text"),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("page_host", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False, comment="data: URIs as digest and length"),
        sa.Column("image_host", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False, comment="stored, refused, unsure, failed"),
        sa.Column(
            "filter", sa.String(40), nullable=True, comment="the filter that was not clean; null for stored and failed"
        ),
        sa.Column("filter_version", sa.String(20), nullable=True),
        sa.Column("revision", sa.String(64), nullable=True, comment="of the list, model or thresholds that answered"),
        sa.Column("reason", sa.String(60), nullable=True, comment="stable code; null for stored"),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column(
            "candidate",
            sa.JSON(),
            nullable=True,
            comment="all that the page said; only for kept pairs and further sightings of them",
        ),
        sa.Column(
            "fetched", sa.JSON(), nullable=True, comment="how the picture was reached; null if it was not requested"
        ),
        sa.Column("verdicts", sa.JSON(), nullable=False, comment="every verdict in order"),
        sa.Column("epoch", sa.Integer(), nullable=False, comment="gate epoch it was judged under"),
        sa.Column(
            "pair_id",
            sa.String(32),
            nullable=True,
            comment="the pair it became, or the one it is a further sighting of",
        ),
        sa.Column("judged_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_sighting_page_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sighting_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint(
            "run_id", "page_id", "image_key", "text_key", name=op.f("uq_sighting_run_id_page_id_image_key_text_key")
        ),
        comment="One reference to a picture on a page, and its decision. "
        "There is none for a match with known material.",
    )
    op.create_index(op.f("ix_sighting_image_host"), "sighting", ["image_host"], unique=False)
    op.create_index(op.f("ix_sighting_page_host"), "sighting", ["page_host"], unique=False)
    op.create_index(op.f("ix_sighting_pair_id"), "sighting", ["pair_id"], unique=False)
    op.create_index(
        op.f("ix_sighting_run_id_outcome_reason"), "sighting", ["run_id", "outcome", "reason"], unique=False
    )
    op.create_table(
        "pair",
        sa.Column("id", sa.String(32), nullable=False, comment="first half of SHA-256(picture digest, 0x00, caption)"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text_digest", sa.String(64), nullable=False, comment="SHA-256 of the cleaned caption"),
        sa.Column("sighting_id", sa.String(36), nullable=False, comment="the first sighting"),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(12), nullable=False, comment="kept, provisional, withdrawn"),
        sa.Column("epoch", sa.Integer(), nullable=False, comment="gate epoch it was last judged under"),
        sa.Column("stored_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_pair_run_id")),
        sa.ForeignKeyConstraint(["sha256"], ["picture.sha256"], name=op.f("fk_pair_sha256")),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name=op.f("fk_pair_sighting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
        comment="A clean image + text pair.",
    )
    op.create_index(op.f("ix_pair_run_id"), "pair", ["run_id"], unique=False)
    op.create_index(op.f("ix_pair_sha256"), "pair", ["sha256"], unique=False)
