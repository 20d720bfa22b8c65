#!/usr/bin/env bash
# Gives the roles their passwords when the database's container is made. PostgreSQL's image runs it after roles.sql.
set -eu
# Assigned by themselves: one that cannot be read stops the script here. In the environment, as an argument is there for all to read.
OWNER_PASSWORD=$(cat /run/secrets/owner_password)
PORTAL_PASSWORD=$(cat /run/secrets/portal_password)
export OWNER_PASSWORD PORTAL_PASSWORD
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username postgres --dbname erhvervspanel <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv portal PORTAL_PASSWORD
ALTER ROLE erhvervspanel_owner PASSWORD :'owner';
ALTER ROLE erhvervspanel_portal PASSWORD :'portal';
SQL
