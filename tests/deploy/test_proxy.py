"""The proxy of production, with the Caddy that this machine has, before a real web server.

Caddy comes with no package that the portal needs, so these run where it is at hand: on PATH, or
where CADDY points to.
"""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from portal.health import SILENT_AFTER
from tests.deploy.production import DOCKERFILE, ROOT, Process, example, free_port, make_image, run

CADDY = os.environ.get("CADDY") or shutil.which("caddy")
PINNED = re.search(r"^FROM caddy:(\d+\.\d+)", DOCKERFILE, re.M)[1]


def _version():
    if not CADDY:
        return ""
    return subprocess.run([CADDY, "version"], capture_output=True, text=True, check=False).stdout


pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(
        not _version().startswith(f"v{PINNED}"), reason=f"no Caddy {PINNED} here; CADDY=… names one"
    ),
]

HALF = 60
MEGABYTE = 1024 * 1024


class Site:
    """The portal behind its proxy, at https://localhost:PORT."""

    def __init__(self, folder, place):
        self.web_port, self.port, self.health_port = free_port(), free_port(), free_port()
        self.folder = folder
        data = place / "data"
        self.told = {
            "DEMO": "1",
            "DATA_DIR": str(data),
            "STATIC_ROOT": str(folder / "static"),
            "BASE_URL": f"https://localhost:{self.port}",
            "ALLOWED_HOSTS": "localhost",
            "SECRET_KEY": "x" * 60,
            "TRUSTED_PROXIES": "proxy",
            "REDIS_URL": "unix:///nonexistent/redis.sock",
            "WEB_CONCURRENCY": "1",
        }
        done = run(["python", "manage.py", "prepare", "--no-static"], folder, self.told)
        assert done.returncode == 0, done.stderr
        self.web_log, self.proxy_log = place / "web.log", place / "proxy.log"
        self.proxy_environment = {
            "PORTAL_HOST": "localhost",
            "WEB_ADDRESS": f"127.0.0.1:{self.web_port}",
            "PROXY_HTTP_PORT": str(free_port()),
            "PROXY_HTTPS_PORT": str(self.port),
            "PROXY_HEALTH_PORT": str(self.health_port),
            "PROXY_ERRORS": str(folder / "deploy/errors"),
            "XDG_DATA_HOME": str(place / "caddy"),
            "XDG_CONFIG_HOME": str(place / "caddy"),
        }

    def web(self):
        words = ["gunicorn", "--config", "portal/gunicorn_conf.py", "--graceful-timeout", "25"]
        bind = ["--bind", f"127.0.0.1:{self.web_port}", "portal.wsgi:application"]
        return Process([*words, *bind], self.folder, self.told, self.web_log)

    def proxy(self):
        words = [CADDY, "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"]
        return Process(words, self.folder, self.proxy_environment, self.proxy_log)

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        secure = context.wrap_socket(plain, server_hostname="localhost")
        secure.settimeout(20)
        return secure

    def ask(self, method="GET", path="/helse/live", headers=(), body=b""):
        """Status, head and the start of the body of one request on a connection of its own."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
        with contextlib.closing(self.connect()) as connection:
            with contextlib.suppress(OSError):  # an answer may come before all is sent
                connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = b""
            with contextlib.suppress(OSError):
                while chunk := connection.recv(65536):
                    answer += chunk
        head, _, content = answer.partition(b"\r\n\r\n")
        return int((head.split() or [b"", b"0"])[1]), head.decode(), content.decode()

    def up(self):
        with contextlib.suppress(OSError):
            return self.ask()[0] == 200
        return False

    def p95(self):
        times = []
        for _ in range(60):
            begun = time.monotonic()
            assert self.ask()[0] == 200
            times.append(time.monotonic() - begun)
        return sorted(times)[56]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    assert example()["PORTAL_HOST"]
    site = Site(make_image(tmp_path_factory.mktemp("image")), tmp_path_factory.mktemp("place"))
    with site.web() as web, site.proxy() as proxy:
        proxy.until(site.up, "the portal through the proxy", patience=60)
        site.web_process = web
        yield site


def test_pages_come_through_with_the_readers_scheme_and_headers(site):
    status, head, page = site.ask(path="/")
    assert status == 200
    assert "strict-transport-security: max-age=63072000" in head.lower()
    assert "content-security-policy: " in head.lower()
    assert '<html lang="nb"' in page


@pytest.mark.parametrize(("path", "limit"), [("/konto/logg-inn/", 1), ("/admin/", 20)])
def test_a_body_that_is_too_large_is_refused_by_its_length(site, path, limit):
    begun = time.monotonic()
    status, head, page = site.ask(
        "POST", path, [f"Content-Length: {1024 * MEGABYTE}"], body=b"x" * 1000
    )
    assert status == 413
    assert time.monotonic() - begun < 1
    assert f"{limit} MB" in page
    assert "default-src 'none'" in head
    whole = b"x" * limit * MEGABYTE
    # What is allowed reaches the portal, which misses the form's token.
    assert site.ask("POST", path, [f"Content-Length: {len(whole)}"], whole)[0] == 403


def test_a_body_without_a_length_is_cut_off(site):
    """Either of the two is first to say no: the proxy, or the portal, which reads no such body."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    status = site.ask(
        "POST", "/konto/logg-inn/", ["Transfer-Encoding: chunked"], chunk * 40 + b"0\r\n\r\n"
    )[0]
    assert status in {413, 403}


def test_half_sent_requests_hold_nobody_up(site):
    quiet = site.p95()
    held = []
    try:
        for _ in range(HALF):
            held.append(site.connect())
            held[-1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        for _ in range(HALF):
            held.append(site.connect())
            held[-1].sendall(
                b"POST /konto/logg-inn/ HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: 100000\r\n\r\nlogin=a"
            )
        assert site.p95() <= 2 * quiet
    finally:
        for connection in held:
            connection.close()


def test_forwarded_headers_of_a_reader_are_not_believed(site):
    """Rate limits count the address that the proxy saw: a made-up one buys no new tries."""
    statuses = []
    for number in range(40):
        body = b"login=nobody%40example.org&password=wrong"
        _status, head, page = site.ask("GET", "/konto/logg-inn/")
        cookie = re.search(r"__Host-csrf=\w+", head)[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        body += f"&csrfmiddlewaretoken={token}".encode()
        statuses.append(
            site.ask(
                "POST",
                "/konto/logg-inn/",
                [
                    f"X-Forwarded-For: 203.0.113.{number}",
                    f"Cookie: {cookie}",
                    f"Referer: https://localhost:{site.port}/konto/logg-inn/",
                    f"Origin: https://localhost:{site.port}",
                    "Content-Type: application/x-www-form-urlencoded",
                    f"Content-Length: {len(body)}",
                ],
                body,
            )[0]
        )
    assert 429 in statuses


def test_a_restart_of_the_web_server_is_waited_for(site):
    """Requests all the while; none fails."""
    statuses, going = [], threading.Event()

    def ask():
        while not going.is_set():
            statuses.append(site.ask(path="/")[0])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    site.web_process.stop()
    with site.web() as web:
        web.until(lambda: statuses.count(200) > 0 and site.up(), "the web server again")
        time.sleep(2)
        going.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200}


def test_without_a_web_server_people_are_told(site):
    """Last in the file: the web server has been stopped by then, or is stopped now."""
    site.web_process.stop()
    status, head, page = site.ask(path="/")
    assert status == 503
    assert "retry-after: 30" in head.lower()
    assert "straks tilbake" in page
    assert SILENT_AFTER.total_seconds() > 30
    assert (ROOT / "deploy/errors/503.html").read_text(encoding="utf-8") == page
