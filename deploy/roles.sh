#!/bin/sh
# Run once by PostgreSQL's own image: the role of web and workers, which is under row-level security.
# The image's own user is a superuser: it makes the tables.
set -e
export SITE_ROLE="${SITE_ROLE:-waproject_site}"
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv role SITE_ROLE
\getenv password POSTGRES_PASSWORD
CREATE ROLE :"role" LOGIN PASSWORD :'password';
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"role";
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO :"role";
SQL
