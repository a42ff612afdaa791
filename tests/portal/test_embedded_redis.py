"""The embedded Redis: real servers, in folders as awkward as people have."""

import stat
import subprocess
import time
from contextlib import contextmanager

import pytest
import redis

from portal import embedded_redis
from portal.embedded_redis import NoServer, find_server, place


@contextmanager
def running(embedded):
    process = subprocess.Popen(
        embedded.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    client = redis.Redis(unix_socket_path=str(embedded.socket), socket_timeout=2)
    try:
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                if process.poll() is not None:
                    break
                time.sleep(0.02)
        yield client, process
    finally:
        client.close()
        process.kill()
        process.communicate()


def refusal(embedded):
    """The log of a server that ends by itself."""
    answer = subprocess.run(embedded.command(), capture_output=True, text=True, timeout=10)
    assert answer.returncode != 0
    return answer.stdout + answer.stderr


@pytest.fixture
def data_dir(tmp_path):
    folder = tmp_path / "data med æøå"
    folder.mkdir()
    return folder


@pytest.fixture
def embedded(data_dir):
    found = place(find_server(), data_dir)
    yield found
    found.clean_up()


def test_the_server_that_is_found_names_its_data_folder_by_version(embedded, data_dir):
    assert embedded.server.name in {"redis", "valkey"}
    assert embedded.server.version[0].isdigit()
    expected = data_dir / "redis" / f"{embedded.server.name}-{embedded.server.version}"
    assert embedded.folder == expected


def test_without_any_server_a_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded_redis, "_in_wheel", lambda package: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoServer, match="Installer redis-server"):
        find_server()


def test_a_broken_program_is_passed_over(monkeypatch, tmp_path, embedded):
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(embedded_redis, "_candidates", lambda: [broken, embedded.server.path])
    assert find_server().path == embedded.server.path


def test_it_listens_on_its_private_socket_only(embedded):
    with running(embedded) as (client, _):
        assert client.config_get("port") == {"port": "0"}
        assert stat.S_IMODE(embedded.socket.stat().st_mode) == 0o700


def test_its_address_is_understood_by_the_redis_library(embedded):
    with running(embedded), redis.Redis.from_url(f"{embedded.url}?db=3") as client:
        assert client.ping()
        assert client.connection_pool.connection_kwargs["path"] == str(embedded.socket)


def test_what_was_queued_is_there_after_a_kill(embedded):
    with running(embedded) as (client, process):
        client.rpush("celery", "message")
        time.sleep(1.2)  # appendfsync everysec
        process.kill()
    with running(embedded) as (client, _):
        assert client.lrange("celery", 0, -1) == [b"message"]


def test_a_full_memory_drops_cached_pages_and_never_messages(embedded):
    with running(embedded) as (client, _):
        client.config_set("maxmemory", "4mb")
        for number in range(100):
            client.rpush(f"queue {number}", "message")
        for number in range(200):
            client.set(f"page:{number}", b"x" * 50_000, ex=300)
        client.rpush("queue 0", "one more")
        assert len(client.keys("queue *")) == 100
        assert len(client.keys("page:*")) < 200


def test_a_path_beyond_the_limit_of_sockets_gets_a_private_folder(tmp_path):
    data_dir = tmp_path / ("lang-sti-" * 14)
    data_dir.mkdir()
    embedded = place(find_server(), data_dir)
    try:
        assert len(bytes(embedded.socket)) <= 100
        assert stat.S_IMODE(embedded.socket.parent.stat().st_mode) == 0o700
        with running(embedded) as (client, _):
            assert client.ping()
    finally:
        embedded.clean_up()
    assert not embedded.socket.parent.exists()


def _append_only_files(embedded):
    return [path for path in embedded.folder.rglob("*.aof") if path.stat().st_size]


def _write_some(embedded):
    with running(embedded) as (client, process):
        for number in range(50):
            client.set(f"key {number}", "value")
        process.terminate()
        process.wait(timeout=5)


def test_a_truncated_file_does_not_stop_the_start(embedded):
    _write_some(embedded)
    for path in _append_only_files(embedded):
        path.write_bytes(path.read_bytes()[:-7])
    with running(embedded) as (client, _):
        assert client.ping()
        assert client.get("key 0") == b"value"


def test_a_corrupt_file_is_recognised_and_set_aside(embedded):
    _write_some(embedded)
    for path in _append_only_files(embedded):
        data = path.read_bytes()
        path.write_bytes(data[:200] + b"\x00rubbish\r\n" + data[200:])
    log = refusal(embedded)
    assert any(embedded_redis.says_unreadable(line) for line in log.splitlines()), log
    moved = embedded.set_aside()
    assert ".broken-" in moved.name
    assert any(moved.iterdir())
    with running(embedded) as (client, _):
        assert client.dbsize() == 0


def test_a_quiet_start_is_not_taken_for_a_corrupt_file(embedded):
    with running(embedded) as (client, process):
        assert client.ping()
        process.terminate()
        log = process.communicate(timeout=5)[0]
    assert log
    assert not [line for line in log.splitlines() if embedded_redis.says_unreadable(line)]
