# One image for every service; the command says which service of which county. The second one, `tools`, is larger: it
# brings what the mirror and an operator's commands need beside, so that her machine needs Docker alone.
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /build
COPY requirements.lock ./
RUN python3 -m venv /opt/norrsam \
 && /opt/norrsam/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
 && /opt/norrsam/bin/pip uninstall --yes setuptools pip

FROM ${PYTHON} AS build-tools
WORKDIR /build
COPY requirements-tools.lock ./
RUN python3 -m venv /opt/norrsam \
 && /opt/norrsam/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-tools.lock \
 && /opt/norrsam/bin/pip uninstall --yes setuptools pip
# Kafka's jars, each checked by its sha256. Only what says which: other changes do not fetch them again.
COPY infra/engine/jars.py infra/engine/errors.py infra/engine/
COPY infra/kafka/jars.lock infra/kafka/
RUN /opt/norrsam/bin/python -c "from pathlib import Path; from infra.engine.jars import fetch_jars; \
fetch_jars(Path('/opt/kafka'), lambda done, total: None)"

FROM ${PYTHON} AS base
RUN useradd --system --uid 10001 --no-create-home norrsam
WORKDIR /app
COPY services services
COPY shared shared
COPY infra infra
RUN python3 -m compileall -q services shared infra
ENV PATH=/opt/norrsam/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
ENTRYPOINT ["/opt/norrsam/bin/python", "-m", "infra.cli.main"]
CMD ["--help"]

FROM base AS tools
COPY --from=build-tools /opt/norrsam /opt/norrsam
COPY --from=build-tools /opt/kafka /opt/kafka
ENV NORRSAM_CACHE=/opt/kafka

FROM base AS services
COPY --from=build /opt/norrsam /opt/norrsam
ENV NORRSAM_HTTP_HOST=0.0.0.0 NORRSAM_HTTP_PORT=8000
