"""A Redis of the tests' own."""

import subprocess
import time

import redis


class Server:
    """A Redis that a test can stop and start."""

    def __init__(self, embedded):
        self.embedded = embedded
        self.client = redis.Redis(unix_socket_path=str(embedded.socket), socket_timeout=2)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            self.embedded.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                return self.client.ping()
            except redis.RedisError:
                time.sleep(0.02)
        raise AssertionError("Redis did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()
