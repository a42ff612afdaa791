# Two images: `portal` (web, worker, beat, prepare, backup) and `proxy` (Caddy in front of it).
# Versions are pinned by tag; docs/production.md says how to pin them by digest.

FROM python:3.11.15-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements/runtime.txt /build/
RUN /opt/venv/bin/pip install --require-hashes -r /build/runtime.txt


FROM python:3.11.15-slim-bookworm AS portal

# pg_dump and pg_restore, of the same major version as the database in docker-compose.yml.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent portal \
    && install -d -o portal -g portal -m 700 /data /backups

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles

COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The throw-away data folder and demo mode let these run without the secrets of the real portal.
RUN python tools/compile_messages.py \
    && DEMO=1 DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && python -m compileall -q .

ARG SOURCE_COMMIT=""
ENV SOURCE_COMMIT=$SOURCE_COMMIT

USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "--config", "portal/gunicorn_conf.py", "--bind", "0.0.0.0:8000", "--graceful-timeout", "25", "portal.wsgi:application"]


FROM caddy:2.11.7-alpine AS proxy

# The program carries a file capability with which it can't be started once all capabilities are
# dropped. A copy has none, and needs none: it listens above 1023.
RUN cp /usr/bin/caddy /usr/bin/caddy.plain \
    && mv /usr/bin/caddy.plain /usr/bin/caddy \
    && addgroup -S -g 10002 proxy \
    && adduser -S -D -H -u 10002 -G proxy proxy \
    && chown -R proxy:proxy /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
COPY deploy/errors /srv/errors
USER 10002:10002
EXPOSE 8080 8443
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
