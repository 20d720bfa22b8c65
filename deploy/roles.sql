-- The roles of the portal's database. Run it once as a superuser, in the portal's database; again changes nothing:
--
--     psql --dbname=erhvervspanel --file=deploy/roles.sql
--
-- and give those that log in a password of their own: \password erhvervspanel_owner, and so on.
--
-- erhvervspanel_owner   owns the tables and makes them: `migrate`, and deploy/grants.sql after it. Nothing else.
-- erhvervspanel_portal  what portal and workers run as: rows, and no table. Its DATABASE_URL is theirs.
-- erhvervspanel_reader  reads what is about no person: for reports and for those who look into something.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['erhvervspanel_owner', 'erhvervspanel_portal', 'erhvervspanel_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT', name
        );
        -- The server's own log tells neither the row that broke a rule nor the statement: both may hold an address.
        EXECUTE format('ALTER ROLE %I SET log_error_verbosity = terse', name);
        EXECUTE format('ALTER ROLE %I SET log_min_error_statement = panic', name);
    END LOOP;

    -- The owner makes extensions (pg_trgm is one that a database's owner may make) and schemas.
    EXECUTE format('ALTER DATABASE %I OWNER TO erhvervspanel_owner', current_database());
    ALTER SCHEMA public OWNER TO erhvervspanel_owner;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO erhvervspanel_portal, erhvervspanel_reader', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO erhvervspanel_portal, erhvervspanel_reader;

    -- A statement that runs away, and a transaction that somebody forgot, end by themselves.
    ALTER ROLE erhvervspanel_portal SET statement_timeout = '2min';
    ALTER ROLE erhvervspanel_portal SET idle_in_transaction_session_timeout = '5min';
    ALTER ROLE erhvervspanel_reader SET statement_timeout = '5min';
    ALTER ROLE erhvervspanel_reader SET default_transaction_read_only = on;

    -- Tables that the next `migrate` makes can be used at once; deploy/grants.sql then takes away what is too much.
    ALTER DEFAULT PRIVILEGES FOR ROLE erhvervspanel_owner IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO erhvervspanel_portal;
END
$$;
