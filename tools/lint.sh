#!/bin/sh
# Everything that reads the code without running the portal. Each check runs, then the sum is told.
cd "$(dirname "$0")/.." || exit 1
PYTHON=.venv/bin/python
failed=""

check() {
    name=$1
    shift
    printf '%-34s' "$name"
    if output=$("$@" 2>&1); then
        echo "ok"
    else
        echo "FAILED"
        printf '%s\n' "$output"
        failed="$failed $name;"
    fi
}

# A production set-up, made up: what `check --deploy` is to judge.
production() {
    env DEMO=0 DEBUG=0 SECRET_KEY="$($PYTHON -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        ALLOWED_HOSTS=portal.example BASE_URL=https://portal.example \
        EMAIL_URL=file:///nonexistent-mail-folder DATA_DIR=var/lint "$@"
}

check "style (ruff)" $PYTHON -m ruff check .
check "format (ruff)" $PYTHON -m ruff format --check .
check "types (mypy)" $PYTHON -m mypy .
check "floors (import-linter)" $PYTHON -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
check "templates (djlint)" $PYTHON -m djlint templates --lint --quiet
check "templates (djade)" sh -c "git ls-files 'templates/*.html' | xargs .venv/bin/djade --target-version 5.2 --check"
check "migrations are complete" env DEMO=1 DATA_DIR=var/lint $PYTHON manage.py makemigrations --check --dry-run
check "system checks, as deployed" production $PYTHON manage.py check --deploy --fail-level WARNING
check "message catalogues" $PYTHON tools/check_messages.py

if [ -n "$failed" ]; then
    echo "Failed:$failed"
    exit 1
fi
