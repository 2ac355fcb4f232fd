# SPDX-License-Identifier: Apache-2.0
"""`ingot serve` as a process, over an engine with nodes that come and go at a test's word."""
import http.client
import json
import socket
import tempfile

from live.websocket import WebSocket
from program import LIMIT, ProcessTest
from small_engine import SmallEngine


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=LIMIT)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(LIMIT)
        self.sock.connect(self.path)


class LiveTest(ProcessTest):
    def setUp(self):
        super().setUp()
        self.engine = SmallEngine(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-")))
        self.addCleanup(self.engine.close)
        self.env["DOCKER_HOST"] = self.engine.address
        self.env["XDG_RUNTIME_DIR"] = str(self.home)
        self.path = str(self.home / "ingot.sock")

    def serve(self, *arguments):
        """What it says once it serves."""
        self.server = self.start_ingot("serve", "-o", "json", *arguments)
        text = ""
        while not text.endswith("\n}\n"):
            line = self.server.stdout.readline()
            if not line:
                raise AssertionError(self.server.stderr.read())
            text += line
        return json.loads(text)

    def connect(self, **how):
        return self.enterContext(WebSocket(self.path, **how))

    def subscriber(self, **hello):
        client = self.connect().hello(**hello)
        client.receive_snapshot()
        return client

    def get(self, target, method="GET", connection=None):
        connection = connection or UnixConnection(self.path)
        try:
            connection.request(method, target)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
