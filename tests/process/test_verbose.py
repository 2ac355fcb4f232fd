# SPDX-License-Identifier: Apache-2.0
"""-v and -vv against an engine that refuses everything."""
import http.server
import json
import pathlib
import socketserver
import tempfile
import threading
import unittest

from program import ProcessTest

SECRET = "-----BEGIN PRIVATE KEY-----\nMIIhidden\n-----END PRIVATE KEY-----\n"


class Refusal(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        is_ping = self.path == "/_ping"
        body = b"OK" if is_ping else json.dumps({"message": "out of order\x07 " + SECRET}).encode()
        self.send_response(200 if is_ping else 500)
        self.send_header("Api-Version", "1.45")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "unix"

    def log_message(self, *_):
        pass


class RefusingEngine(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class Verbose(ProcessTest):
    def setUp(self):
        super().setUp()
        path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-"))) / "engine.sock"
        engine = RefusingEngine(str(path), Refusal)
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        self.addCleanup(engine.server_close)
        self.addCleanup(engine.shutdown)
        self.env["DOCKER_HOST"] = f"unix://{path}"

    def test_without_it_no_request_is_shown(self):
        done = self.run_ingot("cluster", "list")
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("http:", done.stderr)

    def test_once_shows_a_line_for_each_request(self):
        for flag in ("-v", "--verbose"):
            done = self.run_ingot("cluster", "list", flag)
            self.assertEqual(done.stdout, "")
            lines = [line for line in done.stderr.splitlines() if line.startswith("http:")]
            self.assertEqual(len(lines), 2)
            self.assertRegex(lines[0], r"^http: GET /_ping 200, \d+ ms$")
            self.assertRegex(lines[1], r"^http: GET /v1\.45/containers/json\?\S+ 500, \d+ ms$")

    def test_twice_shows_bodies_without_keys_and_control_characters(self):
        for flags in (("-vv",), ("-v", "-v"), ("-v", "--verbose")):
            done = self.run_ingot(*flags[:-1], "cluster", "list", flags[-1])
            bodies = [line for line in done.stderr.splitlines() if line.startswith("http: <")]
            self.assertEqual(len(bodies), 2)
            self.assertIn("out of order", bodies[1])
            self.assertNotIn("hidden", bodies[1])
            self.assertNotIn("\x07", done.stderr)


if __name__ == "__main__":
    unittest.main()
