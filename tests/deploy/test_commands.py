"""Each service's command starts from what the image holds, without Docker.

The same words as in docker-compose.yml, in a folder with the files that .dockerignore lets through,
under nothing but the environment that the compose file gives, against real PostgreSQL and Redis.
Only addresses differ: servers and ports of this machine instead of the names of services.
"""

import os
import re
import secrets
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests.deploy.production import (
    Process,
    compose,
    example,
    free_port,
    get,
    make_image,
    ready,
    run,
)

pytestmark = pytest.mark.services

KEY = secrets.token_urlsafe(50)
BROKER_DATABASE, CACHE_DATABASE = "10", "11"


@pytest.fixture(scope="module")
def database_url():
    """An empty database of its own on the server that the suite runs with."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        pytest.fail("make services-test brings PostgreSQL and Redis for these")
    name = f"portal_deploy_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_image(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def services():
    return compose(**{**example(), "SECRET_KEY": KEY, "POSTGRES_PASSWORD": "unused"})["services"]


@pytest.fixture(scope="module")
def told(services, folder, database_url, tmp_path_factory):
    """The environment of a service, with this machine's addresses."""
    data = tmp_path_factory.mktemp("data")
    for number in (BROKER_DATABASE, CACHE_DATABASE):
        redis.Redis.from_url(os.environ["REDIS_URL"], db=int(number)).flushdb()

    def told(name):
        return {
            **services[name]["environment"],
            "DATA_DIR": str(data),
            "STATIC_ROOT": str(folder / "static"),
            "EMAIL_URL": (data / "mail").as_uri(),
            "DATABASE_URL": database_url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "REDIS_BROKER_DB": BROKER_DATABASE,
            "REDIS_CACHE_DB": CACHE_DATABASE,
        }

    return told


@pytest.fixture(scope="module")
def prepared(services, folder, told):
    done = run(services["prepare"]["command"], folder, told("prepare"))
    assert done.returncode == 0, done.stderr
    return done


def test_prepare_runs_and_runs_again(prepared, services, folder, told):
    again = run(services["prepare"]["command"], folder, told("prepare"))
    assert again.returncode == 0, again.stderr
    # Log-ins of the demo are never made in production.
    assert "demo" not in (prepared.stdout + again.stdout).lower()


def test_web_worker_and_beat_come_up_and_go(prepared, services, folder, told, port, tmp_path):
    here = f"http://127.0.0.1:{port}"

    def command(name):
        words = [
            word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in services[name]["command"]
        ]
        return [word.replace("/tmp/", f"{tmp_path}/") for word in words]

    def probe(name, service):
        words = services[service]["healthcheck"]["test"][1:]
        return run([*words, here], folder, told(service)).returncode

    assert probe("live", "web") == 1
    with (
        Process(command("web"), folder, told("web"), tmp_path / "web.log") as web,
        Process(command("worker"), folder, told("worker"), tmp_path / "worker.log") as worker,
        Process(
            command("worker-fast"), folder, told("worker-fast"), tmp_path / "worker-fast.log"
        ) as fast,
    ):
        web.until(lambda: get(port, "/helse/live")[0] == 200, "/helse/live")
        assert probe("live", "web") == 0
        assert probe("beat", "beat") == 1
        with Process(command("beat"), folder, told("beat"), tmp_path / "beat.log") as beat:
            beat.until(lambda: ready(port, "beat") == "ok", "beat")
            worker.until(lambda: ready(port, "worker") == "ok", "worker")
            fast.until(lambda: ready(port, "worker-fast") == "ok", "worker-fast")
            assert get(port, "/helse/klar")[0] == 200
            assert probe("worker", "worker") == probe("beat", "beat") == 0
            assert probe("worker-fast", "worker-fast") == 0
            status, page = get(port, "/")
            assert status == 200
            assert '<html lang="nb"' in page
            sheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
            assert get(port, sheet)[0] == 200, "static files come from the image"
            assert get(port, "/demo/post/")[0] == 404
            assert "Traceback" not in web.log
            assert get(port, "/", host="evil.example")[0] == 400
            assert beat.stop() < 15
        assert worker.stop() < 30
        assert fast.stop() < 30
        assert web.stop() < 30
        assert "Traceback" not in worker.log + fast.log + beat.log


def test_backup_can_be_made_and_restored_with_the_services_command(
    prepared, services, folder, told, tmp_path
):
    service = services["backup"]
    place = str(tmp_path / "backups")

    def backup(*words):
        return run([*service["entrypoint"], *words], folder, told("backup"))

    made = backup(*(word.replace("/backups", place) for word in service["command"]))
    assert made.returncode == 0, made.stderr
    verified = backup("backup", place, "--verify")
    assert verified.returncode == 0, verified.stderr
    newest = next(path for path in (tmp_path / "backups").iterdir() if path.name[0] != ".")
    restored = backup("restore", str(newest), "--replace")
    assert restored.returncode == 0, restored.stderr
