import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

BODY = b"x" * 70_000


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.protocol_version = "HTTP/1.0" if self.path == "/old" else "HTTP/1.1"
        self.send_response(304 if self.path == "/same" else 200)
        if self.path in ("/length", "/cut"):
            self.send_header("Content-Length", str(len(BODY)))
        elif self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
        elif self.path == "/close":
            self.send_header("Connection", "close")
        self.end_headers()
        if self.path == "/chunks":
            for part in (BODY[:7], BODY[7:]):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        elif self.path != "/same":
            self.wfile.write(BODY)
        self.close_connection |= self.path in ("/old", "/cut")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    """The address of a server that sends one body in several ways."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
