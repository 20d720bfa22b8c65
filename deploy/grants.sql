-- What the portal's role may do with each table. Run it as erhvervspanel_owner after each `migrate`; again changes nothing:
--
--     DATABASE_URL=$OWNER_DATABASE_URL manage.py grant
--
-- One statement, so that there is no moment with too few rights. docs/operations.md tells who the roles are.

DO $$
DECLARE
    portal constant text := 'erhvervspanel_portal';
    reader constant text := 'erhvervspanel_reader';
    -- What migrations alone write.
    fixed constant text[] := ARRAY['auth_permission', 'django_content_type', 'django_migrations'];
    -- What is added to and never changed, but for what is said of each below.
    kept constant text[] := ARRAY[
        'django_admin_log', 'events_registrationchange', 'foundation_auditentry', 'foundation_login'
    ];
    -- What is about persons, or opens something: not for reports.
    private constant text := '^(account|auth|django|mfa|socialaccount)_'
        '|^foundation_(user|login|auditentry|attempt|outgoingmail|searchword|cache)'
        '|^events_(registration|companion|accessneed|sessionchoice|message)'
        '|^ideas_(submission|ideaupload|note)$'
        '|^portal_follow';
    each record;
BEGIN
    FOR each IN SELECT tablename AS name, rowsecurity FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, %I, %I', each.name, portal, reader);
        EXECUTE format('GRANT SELECT ON %I TO %I', each.name, portal);
        IF each.name !~ private THEN
            EXECUTE format('GRANT SELECT ON %I TO %I', each.name, reader);
        END IF;

        IF each.name = ANY (fixed) THEN
            CONTINUE;
        END IF;
        EXECUTE format('GRANT INSERT ON %I TO %I', each.name, portal);
        -- A version of a record stays as it was, but for who made it where the account is deleted.
        IF each.name ~ '^[a-z]+_historical' THEN
            IF EXISTS (
                SELECT FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = each.name AND column_name = 'history_user_id'
            ) THEN
                EXECUTE format('GRANT UPDATE (history_user_id) ON %I TO %I', each.name, portal);
            END IF;
        ELSIF each.name <> ALL (kept) THEN
            EXECUTE format('GRANT UPDATE ON %I TO %I', each.name, portal);
            -- What names a person is taken out of a registration; the registration stays.
            IF each.name <> 'events_registration' THEN
                EXECUTE format('GRANT DELETE ON %I TO %I', each.name, portal);
            END IF;
        END IF;
    END LOOP;

    -- A reason may name a person, and is taken out with the rest. It is never another.
    GRANT UPDATE (reason) ON events_registrationchange TO erhvervspanel_portal;
    IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = 'events_registrationchange'::regclass) THEN
        CREATE POLICY portal_reads ON events_registrationchange FOR SELECT TO erhvervspanel_portal USING (true);
        CREATE POLICY portal_adds ON events_registrationchange FOR INSERT TO erhvervspanel_portal WITH CHECK (true);
        CREATE POLICY portal_forgets ON events_registrationchange FOR UPDATE TO erhvervspanel_portal
            USING (true) WITH CHECK (reason = '');
        ALTER TABLE events_registrationchange ENABLE ROW LEVEL SECURITY;
    END IF;

    -- Two years, as audit.KEPT, and one, as accounts.log.KEPT. A younger entry is not there for a DELETE of the portal's. What staff did
    -- goes with their account, and that when its log-ins are forgotten: nobody has done anything later than a session (a week at most)
    -- after the last of them.
    FOR each IN
        SELECT * FROM (VALUES
            ('foundation_auditentry', 'at', interval '730 days'),
            ('foundation_login', 'at', '365 days'),
            ('django_admin_log', 'action_time', '350 days')
        ) AS log (name, moment, kept)
    LOOP
        EXECUTE format('GRANT DELETE ON %I TO %I', each.name, portal);
        IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = each.name::regclass) THEN
            EXECUTE format('CREATE POLICY portal_reads ON %I FOR SELECT TO %I USING (true)', each.name, portal);
            EXECUTE format('CREATE POLICY portal_adds ON %I FOR INSERT TO %I WITH CHECK (true)', each.name, portal);
            EXECUTE format(
                'CREATE POLICY portal_forgets ON %I FOR DELETE TO %I USING (%I < now() - interval %L)',
                each.name, portal, each.moment, each.kept
            );
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', each.name);
        END IF;
    END LOOP;
END
$$;
