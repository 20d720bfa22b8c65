#!/usr/bin/env bash
# Gives the roles their passwords when the database's container is made. PostgreSQL's image runs it after roles.sql.
set -eu
# Assigned by themselves: one that cannot be read stops the script here, where in an argument it would be an empty password.
owner=$(cat /run/secrets/owner_password)
portal=$(cat /run/secrets/portal_password)
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username postgres --dbname erhvervspanel \
    --set=owner="$owner" --set=portal="$portal" <<'SQL'
ALTER ROLE erhvervspanel_owner PASSWORD :'owner';
ALTER ROLE erhvervspanel_portal PASSWORD :'portal';
SQL
