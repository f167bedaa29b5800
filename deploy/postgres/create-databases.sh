#!/bin/sh
# One role and one database for each service; run once by the postgres image on an empty volume.
set -eu
for service in identity diagnostics booking notifications; do
    psql --set=ON_ERROR_STOP=1 --username=postgres --set=name="$service" --set=password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
done
