#!/bin/sh
# One role and one database for each service, whose password nobody else has; a database lets in its owner alone. Run once
# by the postgres image on an empty volume.
set -eu

sql() { psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres "$@"; }

create() {
    sql --set=name="$1" --set=password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

create identity "$BILET_DATABASE_PASSWORD_IDENTITY"
create diagnostics "$BILET_DATABASE_PASSWORD_DIAGNOSTICS"
create booking "$BILET_DATABASE_PASSWORD_BOOKING"
create notifications "$BILET_DATABASE_PASSWORD_NOTIFICATIONS"

sql <<'SQL'
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
SQL
