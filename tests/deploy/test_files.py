"""The production files agree with one another, with the settings, and with what docs promise."""

import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.urls import resolve

from portal import celery, gunicorn_conf
from portal.supervisor.composition import portal_plan
from tests.deploy.production import (
    CADDYFILE,
    COMPOSE_FILE,
    DOCKERFILE,
    ENVIRONMENT_TABLE,
    EXAMPLE,
    ROOT,
    VARIABLE,
    compose,
    example,
    in_image,
)

FILLED = {
    **example(),
    "SECRET_KEY": "s" * 60,
    "POSTGRES_PASSWORD": "p" * 40,
}
WORKERS = tuple(celery.WORKERS)
PORTAL_SERVICES = ("web", *WORKERS, "beat", "prepare", "backup")
LASTING_SERVICES = ("proxy", "web", *WORKERS, "beat", "database", "redis")


@pytest.fixture(scope="module")
def services():
    return compose(**FILLED)["services"]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m)", text).groups()
    return int(number) * {"s": 1, "m": 60}[unit]


def mebibytes(text):
    return int(re.fullmatch(r"(\d+)(?:[mM]|MiB)", text)[1])


# Hardening


def test_every_service_is_locked_down(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert "privileged" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert mebibytes(service["mem_limit"]) >= 128, name
        assert service["pids_limit"] > 0, name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert any(entry.startswith("/tmp:size=") for entry in service["tmpfs"]), name


def test_no_service_runs_as_root(services):
    for name in ("database", "redis"):
        assert services[name]["user"] not in {"root", "0"}
    for target in ("portal", "proxy"):
        stage = re.search(rf"^FROM \S+ AS {target}$(.*?)(?=^FROM|\Z)", DOCKERFILE, re.M | re.S)[1]
        assert re.findall(r"^USER (\S+)", stage, re.M)[-1].split(":")[0].isdigit(), target
        assert re.findall(r"^USER (\S+)", stage, re.M)[-1] != "0:0", target


def test_only_the_proxy_can_be_reached_and_only_it_and_the_workers_reach_out(services):
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert compose(**FILLED)["networks"]["inside"] == {"internal": True}
    outside = {name for name, service in services.items() if "edge" in service["networks"]}
    assert outside == {"proxy", "web"}
    mailing = {name for name, service in services.items() if "outward" in service["networks"]}
    assert mailing == set(WORKERS)


def test_what_lasts_starts_again_and_what_runs_once_does_not(services):
    for name in LASTING_SERVICES:
        assert services[name]["restart"] == "unless-stopped", name
        assert services[name]["healthcheck"]["test"], name
    for name in ("prepare", "backup"):
        assert services[name]["restart"] == "no", name


def test_nothing_starts_before_the_database_is_prepared(services):
    for name in ("web", *WORKERS, "beat"):
        waits = services[name]["depends_on"]
        assert waits["prepare"] == {"condition": "service_completed_successfully"}, name
        assert waits["database"] == {"condition": "service_healthy"}, name
        assert waits["redis"] == {"condition": "service_healthy"}, name
    assert services["prepare"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert services["proxy"]["depends_on"]["web"] == {"condition": "service_healthy"}


def test_every_image_has_a_version():
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    images += [
        service["image"]
        for service in compose(**FILLED)["services"].values()
        if "build" not in service
    ]
    assert len(images) == 5
    for image in images:
        assert re.search(r":\d+\.\d+(\.\d+)?-[\w-]+$", image), image


def test_the_client_programs_are_of_the_servers_major_version(services):
    server = re.match(r"postgres:(\d+)\.", services["database"]["image"])[1]
    assert re.findall(r"postgresql-client-(\d+)", DOCKERFILE) == [server]
    assert int(server) >= 15


def test_redis_keeps_what_is_queued(services):
    words = services["redis"]["command"]
    options = dict(zip(words[1::2], words[2::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "volatile-lru"
    assert mebibytes(options["--maxmemory"].replace("mb", "m")) < mebibytes(
        services["redis"]["mem_limit"]
    )
    assert "redis:7." in services["redis"]["image"]


# Proxy and application


def test_body_sizes_agree_in_proxy_and_application():
    limits = re.findall(r"request_body @(\w+) \{\s+max_size (\d+)MiB\s+\}", CADDYFILE)
    assert {name: int(size) * 1024 * 1024 for name, size in limits} == {
        "admin": settings.BODY_LIMIT_ADMIN,
        "upload": settings.BODY_LIMIT_UPLOAD,
        "public": settings.BODY_LIMIT_PUBLIC,
    }
    declared = [int(number) for number in re.findall(r"Content-Length}\) > (\d+)`", CADDYFILE)]
    assert declared == [
        settings.BODY_LIMIT_ADMIN,
        settings.BODY_LIMIT_UPLOAD,
        settings.BODY_LIMIT_PUBLIC,
    ]
    # The proxy's three patterns are one, and the portal's, with the languages in front.
    patterns = set(re.findall(r"path_regexp (\S+)", CADDYFILE))
    assert patterns == {
        "^(/nn|/en)?" + settings.UPLOAD_ADDRESSES.replace("?:", ""),
    }
    buffered = int(re.search(r"request_buffers (\d+)MiB", CADDYFILE)[1]) * 1024 * 1024
    assert buffered >= max(settings.BODY_LIMIT_ADMIN, settings.BODY_LIMIT_UPLOAD)
    page = (ROOT / "deploy/errors/413.html").read_text(encoding="utf-8")
    for limit in (settings.BODY_LIMIT_ADMIN, settings.BODY_LIMIT_PUBLIC):
        assert f"{limit // 1024 // 1024} MB" in page


def test_time_limits_agree_in_proxy_and_application(services):
    def proxy(name):
        return seconds(re.search(rf"{name} (\w+)", CADDYFILE)[1])

    assert proxy("response_header_timeout") > gunicorn_conf.timeout
    # The server may close a quiet connection first only when the proxy no longer uses it.
    assert proxy("keepalive") < gunicorn_conf.keepalive
    words = services["web"]["command"]
    graceful = int(words[words.index("--graceful-timeout") + 1])
    assert seconds(services["web"]["stop_grace_period"]) > graceful
    assert seconds(services["proxy"]["stop_grace_period"]) > proxy("grace_period")
    for name in WORKERS:
        grace = seconds(services[name]["stop_grace_period"])
        assert grace > settings.CELERY_TASK_SOFT_TIME_LIMIT, name


def test_ports_agree(services):
    http, https = re.findall(r"\{\$PROXY_HTTPS?_PORT:(\d+)\}", CADDYFILE)
    assert services["proxy"]["ports"] == [f"80:{http}", f"443:{https}"]
    words = services["web"]["command"]
    port = words[words.index("--bind") + 1].rpartition(":")[2]
    assert f"web:{port}" in CADDYFILE
    assert f"http://web:{port}" in (ROOT / "deploy/probe.py").read_text(encoding="utf-8")
    health = re.search(r"\{\$PROXY_HEALTH_PORT:(\d+)\}", CADDYFILE)[1]
    assert f"http://127.0.0.1:{health}/live" in services["proxy"]["healthcheck"]["test"]
    assert "EXPOSE 8000" in DOCKERFILE


def test_limits_of_headers_fit():
    assert int(re.search(r"max_header_size (\d+)KiB", CADDYFILE)[1]) * 1024 >= (
        gunicorn_conf.limit_request_field_size + gunicorn_conf.limit_request_line
    )


def test_health_checks_ask_for_what_is_there(services):
    for name in ("web", *WORKERS, "beat"):
        test = services[name]["healthcheck"]["test"]
        assert test[:3] == ["CMD", "python", "deploy/probe.py"], name
        assert (ROOT / test[2]).is_file()
    source = (ROOT / "deploy/probe.py").read_text(encoding="utf-8")
    for path in re.findall(r'answer\(address, "([^"]+)"\)', source):
        assert resolve(path).view_name in {"health_live", "health_ready"}


# Pages of the proxy


class Outline(HTMLParser):
    """Opened and closed elements, and the words in each language."""

    VOID = {"meta", "link"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.attributes = [], [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            above = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang", above)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip():
            self.words.setdefault(self.open[-1][1], []).append(data.strip())


PROXY_PAGES = {path.name: path for path in sorted((ROOT / "deploy/errors").glob("*.html"))}


@pytest.mark.parametrize("name", PROXY_PAGES)
def test_a_page_of_the_proxy_says_the_same_in_three_languages(name):
    text = PROXY_PAGES[name].read_text(encoding="utf-8")
    outline = Outline(text)
    assert text.startswith("<!doctype html>\n")
    assert outline.open == []
    assert outline.tags.count("h1") == outline.tags.count("title") == 1
    assert set(outline.words) == {"nb", "nn", "en"}
    # Bokmål has the title as well.
    assert len(outline.words["nb"]) - 1 == len(outline.words["nn"]) == len(outline.words["en"]) == 2


@pytest.mark.parametrize("name", PROXY_PAGES)
def test_a_page_of_the_proxy_needs_nothing_but_its_sheet(name):
    """The policy that goes with it allows no more, and the portal is away when it is shown."""
    outline = Outline(PROXY_PAGES[name].read_text(encoding="utf-8"))
    assert not set(outline.tags) & {"style", "script", "img", "iframe"}
    assert "style" not in dict(outline.attributes)
    assert [value for key, value in outline.attributes if key in {"href", "src"}] == ["/feil.css"]
    sheet = (ROOT / "deploy/errors/feil.css").read_text(encoding="utf-8")
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_the_proxy_serves_its_pages_and_their_sheet():
    before, errors = CADDYFILE.split("handle_errors {")
    assert "handle /feil.css {" in before
    assert "style-src 'self'" in errors
    assert set(re.findall(r"rewrite \* /(\S+)", errors)) == set(PROXY_PAGES)
    assert "err.status_code} >= 502" in errors
    assert "COPY deploy/errors /srv/errors" in DOCKERFILE


# Commands


def test_commands_are_those_of_the_supervisor(services, tmp_path):
    """The demo and production run the same programs in the same way."""
    plan = portal_plan({"DATA_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1"})
    by_name = {service.name: service.command for service in (plan.front, *plan.others)}
    words, together = by_name["worker"][1:3], by_name["worker"][3:]
    assert together == list(WORKERS)
    for name in WORKERS:
        assert services[name]["command"] == ["python", *words, name]
        assert services[name]["healthcheck"]["test"][-1] == name
    beat = [word for word in by_name["beat"][2:] if not word.startswith(str(tmp_path))]
    assert [w for w in services["beat"]["command"] if not w.startswith("/tmp/")] == beat
    assert services["web"]["command"][-1] == by_name["web"][-1]
    assert "portal/gunicorn_conf.py" in services["web"]["command"]


def test_the_image_starts_as_the_web_service_does(services):
    assert (
        json.loads(re.findall(r"^CMD (\[\"gunicorn.*\])$", DOCKERFILE, re.M)[0])
        == (services["web"]["command"])
    )


def test_the_database_address_is_that_of_the_database_service(services):
    told = services["database"]["environment"]
    assert services["web"]["environment"]["DATABASE_URL"] == (
        f"postgres://{told['POSTGRES_USER']}:{FILLED['POSTGRES_PASSWORD']}@database:5432/"
        f"{told['POSTGRES_DB']}"
    )


# What goes into the image


def test_the_image_holds_the_code_and_nothing_else():
    files = in_image()
    for app in settings.INSTALLED_APPS:
        folder = app.partition(".")[0]
        if (ROOT / folder).is_dir():
            assert (
                f"{folder}/__init__.py" in files or f"{app.replace('.', '/')}/__init__.py" in files
            )
    for name in ("manage.py", "pyproject.toml", "requirements/runtime.txt", "deploy/probe.py"):
        assert name in files
    tops = {name.partition("/")[0] for name in files}
    assert not tops & {"tests", "docs", "bench", ".ci", "var", ".env.example", "Makefile"}
    assert not [name for name in files if name.endswith((".env", ".sqlite3", ".mo", ".pyc"))]


def test_the_image_installs_by_hash_and_compiles_what_it_needs():
    assert "--require-hashes -r /build/runtime.txt" in DOCKERFILE
    assert "COPY requirements/runtime.txt /build/" in DOCKERFILE
    assert "tools/compile_messages.py" in DOCKERFILE
    assert "collectstatic" in DOCKERFILE


# Variables


@pytest.mark.parametrize("missing", ["PORTAL_HOST", "SECRET_KEY", "POSTGRES_PASSWORD"])
def test_a_missing_secret_stops_compose_with_a_sentence(missing):
    with pytest.raises(KeyError, match=f"Sett {missing} i .env, se .env.example"):
        compose(**{name: value for name, value in FILLED.items() if name != missing})


def test_every_variable_of_the_compose_file_is_explained():
    used = {match[1] for match in VARIABLE.finditer(COMPOSE_FILE)}
    assert used == set(example())
    for name in used:
        # Each is explained by the comment above it.
        assert re.search(rf"^#.*\n{name}=", EXAMPLE, re.M), name


def test_every_variable_that_the_portal_is_given_stands_in_the_table(services):
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", ENVIRONMENT_TABLE))
    for name in PORTAL_SERVICES:
        assert set(services[name]["environment"]) <= documented, name
    image = re.search(r"^ENV PATH=(.*?)^COPY", DOCKERFILE, re.M | re.S)[1]
    assert {"DATA_DIR", "STATIC_ROOT"} == set(re.findall(r"^\s+([A-Z_]+)=/", image, re.M))
    assert {"DATA_DIR", "STATIC_ROOT", "SOURCE_COMMIT"} <= documented


def test_every_required_setting_is_given(services):
    from portal.settings import REQUIRED

    for name in PORTAL_SERVICES:
        told = services[name]["environment"]
        assert all(told[variable] for variable in REQUIRED), name
        assert told["BASE_URL"].startswith("https://")
        assert "DEMO" not in told
        assert "DEBUG" not in told


def test_the_example_holds_no_secret():
    values = example()
    assert values["SECRET_KEY"] == values["POSTGRES_PASSWORD"] == ""
    ignored = subprocess.run(
        ["git", "check-ignore", "-q", ".env"], cwd=ROOT, check=False
    ).returncode
    assert ignored == 0, "git must never see .env"


def test_dockers_own_client_reads_the_file_as_we_do(tmp_path):
    """With Compose v2 at hand (`docker compose`, or a program that COMPOSE names)."""
    command = [os.environ["COMPOSE"]] if os.environ.get("COMPOSE") else None
    if command is None and shutil.which("docker"):
        asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        command = ["docker", "compose"] if asked.returncode == 0 else None
    if command is None:
        pytest.skip("no Compose client here; COMPOSE=/path/of/docker-compose names one")
    variables = tmp_path / "env"
    variables.write_text("".join(f'{name}="{value}"\n' for name, value in FILLED.items()))
    done = subprocess.run(
        [*command, "--env-file", variables, "--profile", "tools", "config", "--format", "json"],
        cwd=ROOT,
        # What stands in the environment would win over the file.
        env={name: text for name, text in os.environ.items() if name in {"PATH", "HOME"}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)["services"]
    ours = compose(**FILLED)["services"]
    assert set(read) == set(ours)
    for name, service in ours.items():
        assert read[name].get("command") == service.get("command"), name
        if "environment" in service:
            assert read[name]["environment"] == service["environment"], name
