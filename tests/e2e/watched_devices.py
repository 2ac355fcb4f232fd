# SPDX-License-Identifier: Apache-2.0
"""A server beside a test, and what it tells of devices."""
import json
import os
import signal
import subprocess
import threading
import time

from support import INGOT


class Watching:
    """A server, and what it tells of devices and commands, with when."""

    def __init__(self, variables, folder, beside=()):
        """`beside`: words before ingot's, for where the server is to run."""
        self.environment = {**os.environ, **variables}
        self.beside = beside
        self.socket = str(folder / "serve.sock")
        self.objects = {}  # (kind, id) -> data
        self.times = {}  # the same -> when it was told last
        self.changed = threading.Condition()

    def __enter__(self):
        self.server = self.start("serve", "--socket", self.socket, "-o", "json")
        while self.server.stdout.readline() not in ("}\n", ""):
            pass
        self.watch = self.start("watch", "devices", "commands", "-o", "json", "--socket", self.socket)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        return self

    def __exit__(self, *_):
        for process in (self.watch, self.server):
            process.send_signal(signal.SIGINT)
            process.wait(120)
        self.reader.join(60)
        for process in (self.watch, self.server):
            process.stdout.close()

    def start(self, *words):
        return subprocess.Popen([*self.beside, str(INGOT), *words], env=self.environment, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def read(self):
        for line in self.watch.stdout:
            message = json.loads(line)
            with self.changed:
                for thing in [*message.get("objects", []), *filter(None, [message.get("set")])]:
                    self.objects[thing["kind"], thing["id"]] = thing["data"]
                    self.times[thing["kind"], thing["id"]] = time.monotonic()
                self.changed.notify_all()

    def until(self, is_so, seconds=60):
        """What is_so() says of all that is known, once it says something."""
        with self.changed:
            found = self.changed.wait_for(lambda: is_so(self.objects), seconds)
            if not found:
                raise AssertionError(f"not within {seconds} s; known: {self.objects}")
            return found

    def until_holders(self, device, holders, seconds=60):
        """When it was told that these have it."""
        self.until(lambda objects: objects.get(("device", device), {}).get("holders") == holders, seconds)
        return self.times["device", device]
