-- Give three roles their rights on PostgreSQL, the least that each needs. Run it as a superuser, or as the owner of the
-- tables if it may create roles, once after `altsieve db upgrade` has laid them down and again after each upgrade; run
-- twice, it changes nothing:
--     psql --set ON_ERROR_STOP=1 --single-transaction --file storage/roles.sql
-- Then give each login one of them, such as: GRANT altsieve_crawler TO ada;
--     altsieve_crawler         crawls, keeps lists, re-scans, withdraws; adds incidents and opens none
--     altsieve_auditor         reads everything but what incidents hold, and writes nothing
--     altsieve_safety_officer  reads incidents, follows them up, purges them
-- `altsieve db` and `altsieve verify --repair` are the owner's.

DO $$
DECLARE each name;
BEGIN
    FOREACH each IN ARRAY ARRAY['altsieve_crawler', 'altsieve_auditor', 'altsieve_safety_officer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = each) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', each);
        END IF;
    END LOOP;
END
$$;

-- Nobody keeps what an earlier version of this file gave. Rights on columns go with those on their table.
REVOKE ALL ON ALL TABLES IN SCHEMA public, incidents
    FROM PUBLIC, altsieve_crawler, altsieve_auditor, altsieve_safety_officer;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, incidents
    FROM PUBLIC, altsieve_crawler, altsieve_auditor, altsieve_safety_officer;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA incidents
    FROM PUBLIC, altsieve_crawler, altsieve_auditor, altsieve_safety_officer;
REVOKE ALL ON SCHEMA incidents FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, altsieve_crawler, altsieve_auditor, altsieve_safety_officer;
GRANT USAGE ON SCHEMA public, incidents TO altsieve_crawler, altsieve_auditor, altsieve_safety_officer;

-- Who crawls: everything but to change what is a record, and of incidents only to add them.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO altsieve_crawler;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO altsieve_crawler;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM altsieve_crawler;
REVOKE UPDATE, DELETE ON ledger_record, event, gate_change FROM altsieve_crawler;
REVOKE DELETE ON ledger_body, ledger_segment, gate, run, rescan FROM altsieve_crawler;
REVOKE UPDATE ON ledger_body FROM altsieve_crawler;
GRANT UPDATE (salt, body) ON ledger_body TO altsieve_crawler;  -- to blank them
GRANT UPDATE (why) ON gate_change TO altsieve_crawler;         -- likewise, where it may name known material
GRANT INSERT ON incidents.incident, incidents.incident_key, incidents.withdrawn_match TO altsieve_crawler;
GRANT SELECT (event_id, due) ON incidents.incident TO altsieve_crawler;      -- doctor says what is overdue
GRANT SELECT (event_id, act) ON incidents.incident_act TO altsieve_crawler;  -- likewise
GRANT SELECT ON incidents.withdrawn_match TO altsieve_crawler;               -- keyed digests, asked at each picture

-- The auditor: of incidents, that they are there, what was done with them, and whether they can still be opened.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO altsieve_auditor;
GRANT SELECT (event_id, key_id, form, due) ON incidents.incident TO altsieve_auditor;
GRANT SELECT (event_id) ON incidents.incident_key TO altsieve_auditor;
GRANT SELECT ON incidents.incident_act, incidents.withdrawn_match TO altsieve_auditor;
GRANT EXECUTE ON FUNCTION incidents.sealed_sha256 TO altsieve_auditor;

-- The safety officer: all of incidents, to add acts, to destroy keys; and to write in the ledger that this was done.
GRANT SELECT ON ALL TABLES IN SCHEMA incidents TO altsieve_safety_officer;
GRANT INSERT ON incidents.incident_act TO altsieve_safety_officer;
GRANT DELETE ON incidents.incident_key TO altsieve_safety_officer;
GRANT UPDATE (sealed) ON incidents.incident TO altsieve_safety_officer;      -- to purge records without a data key
GRANT SELECT ON alembic_version, event, run, gate TO altsieve_safety_officer;
GRANT INSERT ON ledger_record, ledger_body TO altsieve_safety_officer;
GRANT SELECT, INSERT, UPDATE ON ledger_segment TO altsieve_safety_officer;
