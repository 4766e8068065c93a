-- Give two roles their rights on PostgreSQL: who crawls may add incidents and open none, who is the safety officer may
-- read them and add acts. Run it as the owner of the tables, and again after each migration:
--     psql --set ON_ERROR_STOP=1 --single-transaction --file storage/roles.sql
-- Then give each login one of them: GRANT altsieve_crawler TO ...; GRANT altsieve_safety_officer TO ...;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'altsieve_crawler') THEN
        CREATE ROLE altsieve_crawler NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'altsieve_safety_officer') THEN
        CREATE ROLE altsieve_safety_officer NOLOGIN;
    END IF;
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA public, incidents FROM PUBLIC, altsieve_crawler, altsieve_safety_officer;
REVOKE ALL ON SCHEMA incidents FROM PUBLIC;
GRANT USAGE ON SCHEMA public, incidents TO altsieve_crawler, altsieve_safety_officer;

-- Who crawls: everything but to change what is a record, and of incidents only to add them.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO altsieve_crawler;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO altsieve_crawler;
REVOKE UPDATE, DELETE ON ledger_record, event, gate_change FROM altsieve_crawler;
REVOKE DELETE ON ledger_body, ledger_segment FROM altsieve_crawler;
GRANT INSERT ON incidents.incident, incidents.incident_key, incidents.withdrawn_match TO altsieve_crawler;
GRANT SELECT (event_id, due) ON incidents.incident TO altsieve_crawler;      -- doctor says what is overdue
GRANT SELECT (event_id, act) ON incidents.incident_act TO altsieve_crawler;  -- likewise
GRANT SELECT ON incidents.withdrawn_match TO altsieve_crawler;               -- keyed digests, asked at each picture

-- The safety officer: all of incidents, to add acts, to destroy keys; and to write in the ledger that this was done.
GRANT SELECT ON ALL TABLES IN SCHEMA incidents TO altsieve_safety_officer;
GRANT INSERT ON incidents.incident_act TO altsieve_safety_officer;
GRANT DELETE ON incidents.incident_key TO altsieve_safety_officer;
GRANT UPDATE (sealed) ON incidents.incident TO altsieve_safety_officer;      -- to purge records without a data key
GRANT SELECT ON event, run, gate TO altsieve_safety_officer;
GRANT INSERT ON ledger_record, ledger_body TO altsieve_safety_officer;
GRANT SELECT, INSERT, UPDATE ON ledger_segment TO altsieve_safety_officer;

-- Acts are never changed, not by the owner either.
CREATE OR REPLACE FUNCTION incidents.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acts on incidents are never changed';
END
$$;
CREATE OR REPLACE TRIGGER incident_act_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON incidents.incident_act
    FOR EACH STATEMENT EXECUTE FUNCTION incidents.refuse_change();
