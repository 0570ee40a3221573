# One image for every service; the command says which service of which county.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY requirements.lock ./
RUN python3 -m venv /opt/norrsam \
 && /opt/norrsam/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
 && /opt/norrsam/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home norrsam
COPY --from=build /opt/norrsam /opt/norrsam
WORKDIR /app
COPY services services
COPY shared shared
COPY infra infra
RUN python3 -m compileall -q services shared infra
ENV PATH=/opt/norrsam/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV NORRSAM_HTTP_HOST=0.0.0.0 NORRSAM_HTTP_PORT=8000
USER 10001:10001
ENTRYPOINT ["/opt/norrsam/bin/python", "-m", "infra.cli.main"]
CMD ["--help"]
