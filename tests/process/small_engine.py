# SPDX-License-Identifier: Apache-2.0
"""An engine with what the live API asks for: nodes that come and go at a test's word."""
import contextlib
import http.server
import json
import pathlib
import queue
import socket
import socketserver
import threading
import time
import urllib.parse


class SmallEngine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, folder):
        self.path = str(pathlib.Path(folder) / "engine.sock")
        self.address = f"unix://{self.path}"
        self.containers = {}
        self.events = []
        self.listeners = []
        self.connections = []
        self.is_followed = threading.Event()
        self.held_path = None
        self.is_held = threading.Event()
        self.let_go = threading.Event()
        self.lock = threading.Lock()
        super().__init__(self.path, Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A client that has gone is none."""

    def tell(self, action, name):
        event = {"Type": "container", "Action": action, "timeNano": time.time_ns(),
                 "Actor": {"ID": name, "Attributes": {"name": name, "io.x-k8s.kind.cluster": "demo"}}}
        with self.lock:
            self.events.append(event)
            for listener in self.listeners:
                listener.put(event)

    def listen(self, since):
        """What has happened since then, and what will."""
        events = queue.Queue()
        with self.lock:
            for event in self.events:
                if event["timeNano"] >= since * 10**9:
                    events.put(event)
            self.listeners.append(events)
        self.is_followed.set()
        return events

    def set_node(self, name, state):
        self.containers[name] = {
            "Id": name, "Names": [f"/{name}"], "Image": "kindest/node:v1", "State": state, "Status": state,
            "Created": 1764450000, "NetworkSettings": {"Networks": {}},
            "Labels": {"io.x-k8s.kind.cluster": "demo", "io.x-k8s.kind.role": "worker"}}
        self.tell("start", name)

    def remove_node(self, name):
        del self.containers[name]
        self.tell("destroy", name)

    def hold(self, path):
        """Requests of this path are answered only when the engine ends; not those of a server that begins."""
        if not self.is_followed.wait(60):
            raise AssertionError("no server listens to events")
        self.held_path = path

    def wait_until_held(self):
        if not self.is_held.wait(60):
            raise AssertionError(f"nobody has asked for {self.held_path}")

    def close(self):
        self.let_go.set()
        self.shutdown()
        self.server_close()
        for listener in self.listeners:
            listener.put(None)
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        self.server.connections.append(self.request)
        super().setup()

    def address_string(self):
        return "client"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        name = path.path.removeprefix("/v1.45")
        query = urllib.parse.parse_qs(path.query)
        if name == self.server.held_path:
            self.server.is_held.set()
            self.server.let_go.wait()
        if name == "/events":
            self.follow(self.server.listen(int(query["since"][0])))
            return
        filters = query.get("filters", [""])[0]
        nodes = list(self.server.containers.values()) if "kind.cluster" in filters else []
        network = {"Id": "n1", "Name": "bridge", "Driver": "bridge", "IPAM": {"Config": []}, "Labels": {}}
        answers = {"/_ping": "OK", "/containers/json": nodes, "/networks": [network], "/images/json": [],
                   "/info": {"SystemTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}}
        body = json.dumps(answers.get(name)).encode()
        self.send_response(200 if name in answers else 404)
        self.send_header("Api-Version", "1.45")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def follow(self, events):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        with contextlib.suppress(OSError):  # who listened has gone
            while (event := events.get()) is not None:
                self.wfile.write(json.dumps(event).encode() + b"\n")
                self.wfile.flush()
        self.close_connection = True
