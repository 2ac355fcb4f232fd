# SPDX-License-Identifier: Apache-2.0
"""ingot serve and ingot watch as processes: many clients, hostile ones, and who may come in."""
import http.client
import json
import os
import shlex
import signal
import socket
import stat
import subprocess
import time
import unittest

from live.schema import Messages
from live.websocket import BINARY, PING, Refused, WebSocket
from live_server import LiveTest
from program import INGOT, LIMIT
from pty_session import PtySession
from small_engine import SmallEngine

HELLO = {"type": "hello"}


class Serving(LiveTest):
    def test_two_clients_see_the_same_as_it_happens(self):
        self.engine.set_node("demo-worker", "created")
        self.serve()
        one, two = self.connect().hello(), self.connect().hello()
        seen_by_one, seen_by_two = one.receive_snapshot()[-1], two.receive_snapshot()[-1]
        self.assertEqual(seen_by_one["objects"], seen_by_two["objects"])
        self.engine.set_node("demo-worker", "running")
        self.engine.set_node("demo-worker2", "running")
        seen = {}
        while "demo-worker2" not in seen:
            change = one.receive()
            self.assertEqual(change, two.receive())
            seen[change["set"]["id"]] = change["set"]["data"]["state"]
        self.assertEqual((seen["demo"], seen["demo-worker"]), ("Running", "running"))
        self.engine.remove_node("demo-worker2")
        removed = next(change for change in iter(one.receive, None) if "removed" in change)
        self.assertEqual(removed["removed"], {"kind": "node", "id": "demo-worker2", "cluster": "demo"})

    def test_a_client_resumes_where_it_was_and_only_there(self):
        self.serve()
        first = self.connect().hello(filter={"kinds": ["node"]})
        welcome, snapshot = first.receive_snapshot()
        self.assertEqual(snapshot["objects"], [])
        first.close()
        self.engine.set_node("demo-worker", "running")
        self.subscriber().close()
        again = self.connect().hello(filter={"kinds": ["node"]},
                                     resume={"run": welcome["run"], "version": snapshot["version"]})
        self.assertTrue(again.receive()["resumed"])
        self.assertEqual(again.receive()["set"]["id"], "demo-worker")
        other = self.connect().hello(resume={"run": "another", "version": 1})
        self.assertFalse(other.receive_snapshot()[0]["resumed"])

    def test_every_message_is_as_the_document_says(self):
        self.serve()
        messages = Messages(json.loads(self.get("/asyncapi.json")[1]))
        self.assertEqual(self.run_ingot("serve", "--print-asyncapi").stdout, self.get("/asyncapi.json")[1])
        client = self.connect().hello()
        received = client.receive_snapshot()
        self.engine.set_node("demo-worker", "running")
        received += [client.receive(), client.receive()]
        self.engine.remove_node("demo-worker")
        received += [client.receive(), client.receive()]
        client.hello()
        received += list(iter(client.receive, None))
        for message in received:
            with self.subTest(message["type"]):
                messages.check(message)
        self.assertEqual({message["type"] for message in received},
                         {"welcome", "snapshot", "change", "error", "bye"})

    def test_plain_http(self):
        self.engine.set_node("demo-worker", "running")
        self.serve()
        status, text = self.get("/state?kind=node&cluster=demo")
        self.assertEqual(status, 200)
        self.assertEqual([item["id"] for item in json.loads(text)["snapshot"]["objects"]], ["demo-worker"])
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))
        commands = json.loads(self.get("/commands.json")[1])["commands"]
        self.assertIn("cluster create", [command["path"] for command in commands])
        self.assertEqual(self.get("/nothing")[0], 404)
        self.assertEqual(self.get("/state", method="DELETE")[0], 405)
        self.subscriber()
        metrics = self.get("/metrics")[1]
        self.assertIn('ingot_objects{kind="node"} 1\n', metrics)
        self.assertIn("ingot_subscribers 1\n", metrics)

    def test_ctrl_c_says_goodbye_and_takes_the_socket_away(self):
        self.serve()
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        client = self.subscriber()
        self.server.send_signal(signal.SIGINT)
        self.assertEqual(client.receive(), {"type": "bye", "reason": "the server ends"})
        self.assertEqual(self.server.wait(LIMIT), 130)
        self.assertFalse(os.path.exists(self.path))

    def test_a_living_server_stays_and_a_dead_ones_socket_is_replaced(self):
        self.serve()
        second = self.run_ingot("serve")
        self.assertEqual(second.returncode, 4)
        self.assertIn("already", second.stderr)
        self.server.kill()
        self.server.wait(LIMIT)
        self.assertTrue(os.path.exists(self.path))
        self.serve()
        self.subscriber()

    def test_an_engine_that_comes_back_is_looked_at_again(self):
        self.serve()
        client = self.subscriber(filter={"kinds": ["engine", "node"]})
        self.engine.close()
        self.assertEqual(client.receive()["set"]["data"]["state"], "Away")
        os.unlink(self.engine.path)
        folder = os.path.dirname(self.engine.path)
        self.engine = SmallEngine(folder)
        self.engine.set_node("demo-worker", "running")
        changes = {}
        while len(changes) < 2 or changes["engine"] != "Connected":
            change = client.receive()["set"]
            changes[change["kind"]] = change["data"]["state"]
        self.assertEqual(changes["node"], "running")

    def test_without_an_engine_there_is_nothing_to_serve(self):
        self.env["DOCKER_HOST"] = f"unix://{self.home}/none.sock"
        self.assertEqual(self.run_ingot("serve").returncode, 5)


class Crowd(LiveTest):
    def test_who_finds_no_room_is_turned_away_and_the_others_go_on(self):
        self.server = subprocess.Popen(["sh", "-c", f"ulimit -n 128; exec {shlex.quote(INGOT)} serve -o json"],
                                       env=self.env, cwd=self.home, text=True, stdout=subprocess.PIPE)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        self.server.stdout.readline()
        witness = self.subscriber(filter={"kinds": ["node"]})
        crowd, turned_away = [], 0
        for _ in range(200):
            try:
                crowd.append(self.connect())
            except (IndexError, OSError):  # no answer at all
                turned_away += 1
        self.assertGreater(len(crowd), 40)
        self.assertGreater(turned_away, 40)
        self.engine.set_node("demo-worker", "running")
        self.assertEqual(witness.receive()["set"]["id"], "demo-worker")
        for client in crowd:
            client.close()
        self.assertEqual(self.wait_for_room(), "welcome")

    def wait_for_room(self):
        """Until the server has seen that they have gone."""
        deadline = time.monotonic() + LIMIT
        while True:
            try:
                return self.connect().hello().receive()["type"]
            except (IndexError, OSError):
                self.assertLess(time.monotonic(), deadline)


class Hostile(LiveTest):
    """Whatever one client sends, another one goes on."""

    def setUp(self):
        super().setUp()
        self.serve()
        self.witness = self.subscriber(filter={"kinds": ["node"]})

    def tearDown(self):
        self.engine.set_node("demo-worker", "running")
        self.assertEqual(self.witness.receive()["set"]["id"], "demo-worker")
        self.assertIsNone(self.server.poll())

    def refused(self, client):
        """What it is told before it is cut off."""
        return [message["type"] for message in iter(client.receive, None)]

    def test_what_is_no_hello(self):
        for text in ("", "{", "[]", "7", '{"type":"run"}', '{"type":"hello","filter":7}', "[" * 60000):
            with self.subTest(text[:20]):
                client = self.connect()
                client.send(text)
                self.assertEqual(self.refused(client), ["error", "bye"])
                self.assertEqual(client.close_code, 1008)

    def test_hello_twice(self):
        client = self.subscriber()
        client.send(HELLO)
        self.assertEqual(self.refused(client)[-2:], ["error", "bye"])

    def test_a_flood(self):
        client = self.connect()
        try:
            for _ in range(10000):
                client.send(HELLO)
        except ConnectionError:
            pass
        self.assertLess(len(self.refused(client)), 10)

    def test_a_flood_of_requests_whose_answers_are_not_read(self):
        client = self.subscriber(filter={"kinds": ["node"]})
        with self.assertRaises(ConnectionError):
            for _ in range(100000):
                client.send({"type": "join", "command": "none"})

    def test_frames_that_are_none(self):
        for frame in (b"\xff" * 100, b"\x81\x05hello", b"\x8f\x80\0\0\0\0", b"\x81\xff" + b"\xff" * 8 + b"\0\0\0\0"):
            with self.subTest(frame[:4]):
                client = self.connect()
                client.send_bytes(frame)
                self.assertEqual(self.refused(client), [])

    def test_too_long_a_message(self):
        client = self.connect()
        try:
            client.send("x" * (1 << 20))
        except ConnectionError:
            pass
        self.assertEqual(self.refused(client), [])

    def test_a_message_that_is_no_text(self):
        client = self.connect()
        client.send_frame(BINARY, b"\xff\xfe")
        self.assertEqual(self.refused(client), ["error", "bye"])

    def test_a_client_that_pings_and_says_nothing(self):
        client = self.connect()
        client.send_frame(PING, b"x")

    def test_half_a_handshake_and_a_head_without_end(self):
        for text in (b"GET /live HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 5000, b"\0" * 20000):
            raw = socket.socket(socket.AF_UNIX)
            self.addCleanup(raw.close)
            raw.connect(self.path)
            try:
                raw.sendall(text)
            except ConnectionError:
                pass


class Tcp(LiveTest):
    def setUp(self):
        super().setUp()
        serving = self.serve("--listen", "127.0.0.1:0")
        host, port = serving["address"].rsplit(":", 1)
        self.address = (host, int(port))
        self.token_file = serving["tokenFile"]
        with open(self.token_file, encoding="ascii") as file:
            self.token = file.read().strip()

    def status(self, target="/live", *headers):
        try:
            with WebSocket(self.address, target, headers) as client:
                return client.hello().receive()["type"]
        except Refused as refused:
            return refused.status

    def test_the_token_is_needed_wherever_it_is_put(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.token_file).st_mode), 0o600)
        self.assertEqual(self.status(), 401)
        self.assertEqual(self.status("/live?token=" + "0" * 64), 401)
        self.assertEqual(self.status("/live", "Authorization: Bearer wrong"), 401)
        self.assertEqual(self.status("/live", f"Authorization: Bearer {self.token}"), "welcome")
        self.assertEqual(self.status(f"/live?token={self.token}"), "welcome")
        self.assertEqual(self.status("/live", f"Sec-WebSocket-Protocol: ingot.v1, ingot.token.{self.token}"), "welcome")
        with open(f"{self.token_file}-readonly", encoding="ascii") as file:
            reading = file.read().strip()
        self.assertEqual(self.status("/live", f"Authorization: Bearer {reading}"), "welcome")
        for token, may_run in ((self.token, True), (reading, False)):
            with WebSocket(self.address, f"/live?token={token}") as client:
                self.assertEqual(client.hello().receive()["commands"], may_run)
        for page in ("/state", "/metrics", "/asyncapi.json"):
            self.assertEqual(self.get(page, connection=http.client.HTTPConnection(*self.address))[0], 401)

    def test_the_console_comes_without_the_token_and_says_who_may_do_what(self):
        for page, expected in (("/", 200), ("/console/app.js", 200), ("/console/nothing.js", 401)):
            self.assertEqual(self.get(page, connection=http.client.HTTPConnection(*self.address))[0], expected)
        connection = http.client.HTTPConnection(*self.address)
        self.addCleanup(connection.close)
        connection.request("HEAD", "/")
        answer = connection.getresponse()
        self.assertEqual(answer.read(), b"")
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(self.get("/", method="POST", connection=http.client.HTTPConnection(*self.address))[0], 405)
        connection.request("GET", "/", headers={"Origin": "http://evil.example"})
        self.assertEqual(connection.getresponse().status, 403)

    def test_pages_of_others_are_refused_even_with_the_token(self):
        for origin, expected in (("http://evil.example", 403), ("null", 403),
                                 (f"http://127.0.0.1:{self.address[1]}", "welcome")):
            self.assertEqual(self.status(f"/live?token={self.token}", f"Origin: {origin}"), expected)


class Watching(LiveTest):
    def lines(self, process):
        return (json.loads(line) for line in process.stdout)

    def watch(self, *arguments):
        return self.start_ingot("watch", "-o", "json", *arguments)

    def test_it_watches_by_itself_or_through_the_server_alike(self):
        self.engine.set_node("demo-worker", "created")
        for is_served in (False, True):
            with self.subTest(served=is_served):
                if is_served:
                    self.serve()
                process = self.watch("nodes", "--cluster", "demo")
                lines = self.lines(process)
                self.assertEqual(next(lines)["type"], "welcome")
                self.assertEqual([item["id"] for item in next(lines)["objects"]], ["demo-worker"])
                if is_served:
                    self.assertIn("ingot_subscribers 1\n", self.get("/metrics")[1])
                state = "running" if is_served else "exited"
                self.engine.set_node("demo-worker", state)
                self.assertEqual(next(lines)["set"]["data"]["state"], state)
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(LIMIT), 130)

    def test_a_server_of_another_engine_is_not_asked(self):
        self.serve()
        self.env["DOCKER_HOST"] = f"unix://{self.home}/none.sock"
        self.assertEqual(self.run_ingot("watch", "-o", "json").returncode, 5)

    def test_a_killed_watch_goes_on_where_it_was(self):
        self.serve()
        first = self.watch("nodes")
        lines = self.lines(first)
        welcome, snapshot = next(lines), next(lines)
        first.kill()
        first.wait(LIMIT)
        self.engine.set_node("demo-worker", "running")
        second = self.watch("nodes", "--since", f"{welcome['run']}:{snapshot['version']}")
        lines = self.lines(second)
        self.assertTrue(next(lines)["resumed"])
        self.assertEqual(next(lines)["set"]["id"], "demo-worker")

    def test_lines_for_people(self):
        self.engine.set_node("demo-worker", "created")
        process = self.start_ingot("watch", "nodes", "clusters")
        self.assertEqual({process.stdout.readline(), process.stdout.readline()},
                         {"cluster/demo Stopped\n", "node/demo-worker created\n"})
        self.engine.remove_node("demo-worker")
        self.assertEqual({process.stdout.readline(), process.stdout.readline()},
                         {"cluster/demo is gone\n", "node/demo-worker is gone\n"})

    def test_it_ends_when_the_server_does_and_says_how_to_go_on(self):
        self.serve()
        process = self.watch("--no-reconnect")
        next(line for line in self.lines(process) if line.get("complete"))  # before, there is nothing to go on from
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(LIMIT), 5)
        self.assertIn("ingot watch --since ", process.stderr.read())

    def test_all_that_is_wrong_at_once(self):
        result = self.run_ingot("watch", "toasters", "--label", "x", "--since", "y", "-o", "json")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(json.loads(result.stderr)["problems"]), 3)
        self.assertEqual(self.run_ingot("watch", "-o", "yaml").returncode, 2)

    def test_who_stops_reading_ends_it(self):
        process = self.watch()
        process.stdout.readline()
        process.stdout.close()
        self.engine.set_node("demo-worker", "running")
        self.assertEqual(process.wait(LIMIT), 141)

    def test_full_screen_until_q(self):
        self.engine.set_node("demo-worker", "created")
        session = PtySession([INGOT, "watch"], self.env, self.home)
        self.addCleanup(session.close)
        session.read_until(r"demo-worker +\S*created")
        self.engine.set_node("demo-worker", "running")
        session.read_until(r"demo-worker +\S*running")
        session.send("\x1b[B\x1b[Aq")
        self.assertEqual(session.finish(), 0)
        self.assertTrue(session.text.endswith("\x1b[?25h\x1b[?1049l"))

    def test_full_screen_until_ctrl_c(self):
        session = PtySession([INGOT, "watch"], self.env, self.home)
        self.addCleanup(session.close)
        session.read_until("ENGINE")
        session.send("\x03")
        self.assertEqual(session.finish(), 130)


if __name__ == "__main__":
    unittest.main()
