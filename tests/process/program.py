# SPDX-License-Identifier: Apache-2.0
"""The binary under test, and an engine that answers nothing."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

INGOT = os.environ.get("INGOT") or shutil.which("ingot") or "ingot"
LIMIT = 60  # seconds that any call may take before it counts as hanging


class SilentEngine:
    """Listens on a unix socket, takes every request, and never answers."""

    def __init__(self, folder):
        self.path = str(pathlib.Path(folder) / "engine.sock")
        self.address = f"unix://{self.path}"
        self.asked = threading.Event()
        self._connections = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self.path)
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            if connection.recv(1):
                self.asked.set()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        for one in [self._socket, *self._connections]:
            one.close()


class ProcessTest(unittest.TestCase):
    """Each test has a home of its own and no engine."""

    def setUp(self):
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-")))
        self.env = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm",
                    "DOCKER_HOST": f"unix://{self.home}/none.sock"}

    def silent_engine(self):
        engine = SilentEngine(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-")))
        self.addCleanup(engine.close)
        self.env["DOCKER_HOST"] = engine.address
        return engine

    def run_ingot(self, *arguments, **how):
        how.setdefault("stdin", subprocess.DEVNULL if "input" not in how else None)
        return subprocess.run([INGOT, *arguments], env=self.env, cwd=self.home, timeout=LIMIT, text=True, check=False,
                              capture_output=True, **how)

    def start_ingot(self, *arguments):
        process = subprocess.Popen([INGOT, *arguments], env=self.env, cwd=self.home, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process
