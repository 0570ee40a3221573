# A new cluster has the administrator's password of POSTGRES_PASSWORD_FILE; then the server is started as it is asked for.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb -D "$PGDATA" --username=postgres --pwfile="${POSTGRES_PASSWORD_FILE:?}" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
