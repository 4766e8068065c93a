"""Note what is about to be put into the object store, fence runs, let the ledger only grow, and lay down PostgreSQL.

Revision 0005, follows 0004.
"""

import sqlalchemy as sa
from alembic import op

from storage.errors import NotAllowed
from storage.losses import require_nothing_lost

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

would_lose = {
    "object_intent": "what may lie in the store without a picture: type altsieve verify --repair while no crawl runs",
    "doomed_object.doomed_at": "until when a late put may still arrive: type altsieve verify --repair an hour later",
    "run.legal_basis": "on what legal basis a run was made",
    "picture.stored_sha256": "which bytes are in the store where private metadata was removed",
}
made_anew = (
    "run.holder",
    "run.policy_digest",
    "held_index",
    "page.host_reversed",
    "sighting.page_host_reversed",
    "sighting.image_host_reversed",
)


def upgrade() -> None:
    stored = "of the bytes in the store, from which private metadata was removed; null: they are the original"
    op.add_column("picture", sa.Column("stored_sha256", sa.String(64), comment=stored))
    some = sa.text("stored_sha256 IS NOT NULL")
    name = op.f("ix_picture_stored_sha256")
    op.create_index(name, "picture", ["stored_sha256"], sqlite_where=some, postgresql_where=some)
    holder = "random name of the process that works on it: no other one records anything"
    op.add_column("run", sa.Column("holder", sa.String(32), comment=holder))
    basis = "LEGAL_BASIS, as the operator put it; null if none was told"
    op.add_column("run", sa.Column("legal_basis", sa.Text(), comment=basis))
    policy = "SHA-256 of settings digest and revisions; null: of old"
    op.add_column("run", sa.Column("policy_digest", sa.String(64), comment=policy))
    doomed_at = "a put that was tried before may still arrive; null: long ago"
    op.add_column("doomed_object", sa.Column("doomed_at", sa.String(27), comment=doomed_at))
    op.create_table(
        "object_intent",
        sa.Column(
            "object_key", sa.Text(), nullable=False, comment="where bytes are about to be put, below OBJECTS_URL"
        ),
        sa.Column("run_id", sa.String(36), nullable=False, comment="that puts them"),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_object_intent_run_id")),
        sa.PrimaryKeyConstraint("object_key", name=op.f("pk_object_intent")),
        sqlite_with_rowid=False,
        comment="Objects that may be in the store without a picture: written before they are put, gone when one has "
        "them.",
    )
    op.create_index(op.f("ix_tombstone_sha256"), "tombstone", ["sha256"])
    reversed_host = "page_host backwards, so that its subdomains follow it; null: of old"
    op.add_column("sighting", sa.Column("page_host_reversed", sa.Text(), comment=reversed_host))
    op.add_column("sighting", sa.Column("image_host_reversed", sa.Text(), comment="image_host likewise"))
    op.create_index(op.f("ix_sighting_page_host_reversed"), "sighting", ["page_host_reversed"])
    op.create_index(op.f("ix_sighting_image_host_reversed"), "sighting", ["image_host_reversed"])
    of_page = "host backwards, so that its subdomains follow it; null: of old"
    op.add_column("page", sa.Column("host_reversed", sa.Text(), comment=of_page))
    failed = sa.text("state = 'failed'")
    name = op.f("ix_page_host_reversed")
    op.create_index(name, "page", ["host_reversed"], sqlite_where=failed, postgresql_where=failed)
    refused = sa.text("reason IS NOT NULL")
    name = op.f("ix_sighting_reason_id")
    op.create_index(name, "sighting", ["reason", "id"], sqlite_where=refused, postgresql_where=refused)
    op.create_table(
        "held_index",
        sa.Column("id", sa.Integer(), nullable=False, comment="always 1"),
        sa.Column(
            "token", sa.String(32), nullable=False, comment="of the file that took in what was in `unindexed` last"
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_held_index_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_index")),
        comment="Which file of hashes held has what `unindexed` no longer names; any other one is built anew.",
    )
    if op.get_bind().dialect.name == "postgresql":
        for step in _ON_POSTGRESQL:
            op.execute(step)
        _comment()
    else:
        for trigger, does in _TRIGGERS_OF_SQLITE.items():
            op.execute(f"CREATE TRIGGER {trigger} {does}")


def downgrade() -> None:
    require_nothing_lost(would_lose)
    if op.get_bind().dialect.name == "postgresql":
        raise NotAllowed("no release before this one knows PostgreSQL: there is nothing to go back to")
    for trigger in _TRIGGERS_OF_SQLITE:
        op.execute(f"DROP TRIGGER {trigger}")
    op.drop_index(op.f("ix_sighting_reason_id"), "sighting")
    op.drop_index(op.f("ix_page_host_reversed"), "page")
    op.drop_column("page", "host_reversed")
    op.drop_index(op.f("ix_sighting_image_host_reversed"), "sighting")
    op.drop_index(op.f("ix_sighting_page_host_reversed"), "sighting")
    op.drop_column("sighting", "image_host_reversed")
    op.drop_column("sighting", "page_host_reversed")
    op.drop_index(op.f("ix_tombstone_sha256"), "tombstone")
    op.drop_table("held_index")
    op.drop_table("object_intent")
    op.drop_column("doomed_object", "doomed_at")
    op.drop_column("run", "policy_digest")
    op.drop_column("run", "legal_basis")
    op.drop_column("run", "holder")
    op.drop_index(op.f("ix_picture_stored_sha256"), "picture")
    op.drop_column("picture", "stored_sha256")


def _comment() -> None:
    """Say of each column what it came to hold since 0001: SQLite has no comments, so no step said so before."""
    for (table, column), comment in _COMMENTS.items():
        schema = "incidents" if table == "incident" else None
        op.alter_column(table, column, comment=comment, schema=schema)
    op.create_table_comment("tombstone", _TOMBSTONE)


_COMMENTS = {
    ("doomed_object", "for_good"): "always true; the release before asks for it",
    ("hash_entry", "distance_bits"): "how far a near match may be; null for an exact type or the list's policy",
    ("host_entry", "host"): "what it covers, as filters/indexes/entries.py writes it",
    ("host_entry", "action"): "block, allow (by a person), lift (within its own list)",
    ("list", "kind"): "hosts, hashes or sources",
    ("list", "origin"): "by-hand, imported, shipped or synthetic",
    ("list", "number"): "its newest revision; 0 until the first one counts",
    ("revision", "number"): "counts from 1; above the list's own while it is written",
    ("revision", "source"): "where an import came from: its file name and format, or what --source says",
    ("incident", "sealed"): "with a data key of its own, that is in incident_key; null if there was none",
}
_TOMBSTONE = "What was withdrawn and must not come back; of known material there is a withdrawn_match instead."

_ANEW = """
    CREATE FUNCTION note_unindexed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO unindexed (sha256) VALUES (NEW.sha256) ON CONFLICT (sha256) DO UPDATE SET number = DEFAULT;
        RETURN NULL;
    END $$
"""
_NO_MORE = """
    CREATE FUNCTION forget_unindexed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM unindexed WHERE sha256 = OLD.sha256;
        RETURN NULL;
    END $$
"""
_NO_CHANGE = """
    CREATE FUNCTION incidents.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0];
    END $$
"""
_NEVER_CHANGED = {
    "incidents.incident_act": "acts on incidents are never changed",
    "ledger_record": "what was recorded is never changed",
    "event": "matches that happened are never changed",
}
_BLANKED_AT_MOST = "bodies of the ledger are blanked, and not changed or deleted otherwise"
_GROWS_AT_MOST = "segments of the ledger grow, and are not changed or deleted otherwise"
_BLANKS = "NEW.salt IS NULL AND NEW.body IS NULL AND NEW.segment = OLD.segment AND NEW.sequence = OLD.sequence"
_GROWS = "NEW.name = OLD.name AND NEW.size > OLD.size"
_ONLY_SO = {
    "ledger_body": (_BLANKS, _BLANKED_AT_MOST),
    "ledger_segment": (_GROWS, _GROWS_AT_MOST),
}
_TRIGGERS_OF_SQLITE = {
    **{
        f"{table}_no_{verb.lower()}": f"BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for table, why in _NEVER_CHANGED.items()
        if table in ("ledger_record", "event")  # 0003 has seen to acts on incidents
        for verb in ("UPDATE", "DELETE")
    },
    **{
        f"{table}_no_other_update": f"BEFORE UPDATE ON {table} WHEN NOT ({so}) BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for table, (so, why) in _ONLY_SO.items()
    },
    **{
        f"{table}_no_delete": f"BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for table, (_, why) in _ONLY_SO.items()
    },
}
_SEALED_DIGEST = """
    CREATE FUNCTION incidents.sealed_sha256(id text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS
    $$ SELECT encode(sha256(sealed), 'hex') FROM incidents.incident WHERE event_id = id $$
"""
_ROOMIER = (
    # A list's name, which may have 80 characters, and the number of its revision: SQLite counts neither.
    "ALTER TABLE ledger_record ALTER COLUMN subject TYPE text",
    # Each picture takes a number whenever its facts change; SQLite's have 64 bits.
    "ALTER TABLE unindexed ALTER COLUMN number TYPE bigint",
    "ALTER SEQUENCE unindexed_number_seq AS bigint",
)
_SORTED_BY_BYTES = """
    DO $$
    DECLARE found record;
    BEGIN
        FOR found IN
            SELECT table_schema, table_name, column_name, data_type, character_maximum_length
            FROM information_schema.columns
            WHERE table_schema IN ('public', 'incidents') AND data_type IN ('text', 'character varying')
        LOOP
            EXECUTE format(
                'ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s COLLATE "C"',
                found.table_schema, found.table_name, found.column_name,
                found.data_type || coalesce('(' || found.character_maximum_length || ')', '')
            );
        END LOOP;
    END $$
"""
_PACKED_BY_LZ4 = """
    DO $$
    BEGIN
        ALTER TABLE sighting ALTER candidate SET COMPRESSION lz4, ALTER fetched SET COMPRESSION lz4,
            ALTER verdicts SET COMPRESSION lz4, ALTER evidence SET COMPRESSION lz4;
        ALTER TABLE picture ALTER facts SET COMPRESSION lz4;
        ALTER TABLE measurement ALTER facts SET COMPRESSION lz4;
        ALTER TABLE ledger_body ALTER body SET COMPRESSION lz4;
    EXCEPTION WHEN feature_not_supported THEN  -- a server that was built without it packs by its own way, as before
    END $$
"""
_VACUUMED_SOON = {
    # Of the largest tables a fifth, the default, would be twenty million rows: until then the planner knows nothing of
    # them, and no page is known to be visible to all.
    **dict.fromkeys(
        ("sighting", "pair", "picture", "measurement", "ledger_record", "ledger_body", "page"),
        "autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02, "
        "autovacuum_analyze_scale_factor = 0.02",
    ),
    # These are emptied as fast as they are filled.
    **dict.fromkeys(
        ("object_intent", "unindexed", "doomed_object"),
        "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000",
    ),
    # One row each, changed in every transaction: room beside it, so that no index has to be.
    **dict.fromkeys(("ledger_segment", "tally", "gate"), "fillfactor = 50"),
}
_ON_POSTGRESQL = (
    "CREATE SCHEMA incidents",
    *(
        f"ALTER TABLE {each} SET SCHEMA incidents"
        for each in ("incident", "incident_key", "incident_act", "withdrawn_match")
    ),
    _ANEW,
    _NO_MORE,
    *(
        f"CREATE TRIGGER {table}_unindexed_{name} AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {does}()"
        for table in ("picture", "measurement")
        for name, when, does in (
            ("insert", "INSERT", "note_unindexed"),
            ("update", "UPDATE OF facts", "note_unindexed"),
            ("delete", "DELETE", "forget_unindexed"),
        )
    ),
    _NO_CHANGE,
    *(
        f"CREATE TRIGGER {table.rpartition('.')[2]}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION incidents.refuse_change('{why}')"
        for table, why in _NEVER_CHANGED.items()
    ),
    *_ROOMIER,
    _SEALED_DIGEST,
    "REVOKE ALL ON FUNCTION incidents.sealed_sha256 FROM PUBLIC",
    _SORTED_BY_BYTES,
    *(
        f"CREATE TRIGGER {table}_no_other_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({so})) "
        f"EXECUTE FUNCTION incidents.refuse_change('{why}')"
        for table, (so, why) in _ONLY_SO.items()
    ),
    *(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION incidents.refuse_change('{why}')"
        for table, (_, why) in _ONLY_SO.items()
    ),
    _PACKED_BY_LZ4,
    *(f"ALTER TABLE {table} SET ({options})" for table, options in _VACUUMED_SOON.items()),
)
