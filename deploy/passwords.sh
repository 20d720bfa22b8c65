#!/usr/bin/env bash
# Gives the roles their passwords when the database's container is made. PostgreSQL's image runs it after roles.sql.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username postgres --dbname erhvervspanel \
    --set=owner="$(cat /run/secrets/owner_password)" --set=portal="$(cat /run/secrets/portal_password)" <<'SQL'
ALTER ROLE erhvervspanel_owner PASSWORD :'owner';
ALTER ROLE erhvervspanel_portal PASSWORD :'portal';
SQL
