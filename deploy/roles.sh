#!/bin/sh
# Run once by PostgreSQL's own image: the role of web and workers, which is under row-level security.
# The image's own user is a superuser: it makes the tables.
set -e
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE waproject_site LOGIN PASSWORD :'password';
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO waproject_site;
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO waproject_site;
SQL
