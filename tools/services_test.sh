#!/bin/sh
# The test suite on real PostgreSQL and Redis: those that run here, else own ones on free ports.
cd "$(dirname "$0")/.." || exit 1
exec .venv/bin/python tools/services.py .venv/bin/python -m pytest -n 2 \
    --ignore=tests/browser --ignore=tests/deep "$@"
