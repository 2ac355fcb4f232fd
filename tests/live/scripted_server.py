# SPDX-License-Identifier: Apache-2.0
"""A server of the live API that tells what a test says: for the page, which must know more than servers tell today."""

import base64
import hashlib
import http.server
import json
import pathlib
import queue
import socket
import struct
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONSOLE = ROOT / "lib" / "serve" / "console"
FOLDERS = {"/console/": CONSOLE, "/tests/": ROOT / "tests" / "console"}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ON_REQUEST = ("event", "usage", "viewer")
ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class ScriptedServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, commands=False, port=0, extra=None):
        """`extra`: path -> text of a JSON file."""
        self.objects = {}
        self.version = 1
        self.welcome = {"commands": True} if commands else {}
        self.extra = extra or {}
        self.failures = {}  # path -> how often it is not answered
        self.listeners = []
        self.received = queue.Queue()  # what pages said, hello and after
        self.gone = queue.Queue()  # None for each page, or part of one, that has gone
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A page that has gone is none."""

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def set(self, kind, name, cluster=None, labels=None, /, **data):
        item = {"kind": kind, "id": name, "labels": labels or {}, "data": data}
        if cluster:
            item["cluster"] = cluster
        with self.lock:
            self.objects[kind, name] = item
            self._change(set=item)

    def remove(self, kind, name):
        with self.lock:
            gone = self.objects.pop((kind, name))
            removed = {"kind": kind, "id": name}
            self._change(removed={**removed, "cluster": gone["cluster"]} if "cluster" in gone else removed)

    def _change(self, **what):
        self.version += 1
        for listener in self.listeners:
            if listener.wants(what.get("set") or what["removed"]):
                listener.put({"type": "change", "version": self.version, **what})

    def say(self, **message):
        """About commands: to all but those that are there for something else."""
        with self.lock:
            for listener in self.listeners:
                if not listener.hello.get("beside"):
                    listener.put(message)

    def listen(self, hello):
        """What there is, and a queue of what comes."""
        with self.lock:
            messages = Listener(hello)
            messages.put(
                {
                    "type": "welcome",
                    "run": "scripted",
                    "version": self.version,
                    "resumed": False,
                    "server": {"version": "0", "engine": "scripted"},
                    **self.welcome,
                }
            )
            objects = [item for item in self.objects.values() if messages.wants(item)]
            messages.put({"type": "snapshot", "version": self.version, "objects": objects, "complete": True})
            self.listeners.append(messages)
            return messages

    def close(self):
        self.shutdown()
        self.server_close()
        for listener in self.listeners:
            listener.put(None)


class Listener(queue.Queue):
    """What is to be sent to one page, as far as it has asked for it."""

    def __init__(self, hello):
        super().__init__()
        self.hello = hello or {}

    def wants(self, item):
        asked = self.hello.get("filter", {})
        kinds, clusters = asked.get("kinds", []), asked.get("clusters", [])
        is_kind = item["kind"] in kinds if kinds else item["kind"] not in ON_REQUEST
        return (is_kind or item["kind"] in asked.get("also", [])) and (not clusters or item.get("cluster") in clusters)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = self.path.split("?")[0]
        if self.server.failures.get(path, 0) > 0:
            self.server.failures[path] -= 1
            self.close_connection = True
            return
        folder, _, name = path.rpartition("/")
        file = FOLDERS.get(f"{folder}/", CONSOLE) / (name or "index.html")
        if path == "/live":
            self.speak()
        elif path == "/healthz":
            self.reply(b"ok\n", "text/plain")
        elif path in self.server.extra:
            self.reply(self.server.extra[path].encode(), "application/json")
        elif file.is_file():
            self.reply(file.read_bytes(), TYPES[file.suffix])
        else:
            self.send_error(404)

    def reply(self, body, content_type):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def speak(self):
        key = self.headers["Sec-WebSocket-Key"].encode() + ACCEPT
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key).digest()).decode())
        self.send_header("Sec-WebSocket-Protocol", "ingot.v1")
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        hello = self.read()
        self.server.received.put(hello)
        messages = self.server.listen(hello)
        threading.Thread(target=self.keep_reading, args=[messages], daemon=True).start()
        while (message := messages.get()) is not None:
            self.write(json.dumps(message).encode())
        self.connection.shutdown(socket.SHUT_RDWR)

    def keep_reading(self, messages):
        while (message := self.read()) is not None:
            self.server.received.put(message)
        messages.put(None)
        self.server.gone.put(None)

    def read(self):
        """A short message of a page; None once it has gone."""
        try:
            head = self.rfile.read(2)
            length = head[1] & 127
            if length == 126:
                length = struct.unpack(">H", self.rfile.read(2))[0]
            mask, payload = self.rfile.read(4), self.rfile.read(length)
            if head[0] & 15 != 1:
                return None
            return json.loads(bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))
        except (OSError, IndexError, ValueError):
            return None

    def write(self, payload):
        size = len(payload)
        head = (
            bytes([129, size])
            if size < 126
            else struct.pack(">BBH", 129, 126, size) if size < 65536 else struct.pack(">BBQ", 129, 127, size)
        )
        self.wfile.write(head + payload)
        self.wfile.flush()
