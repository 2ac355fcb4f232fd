# SPDX-License-Identifier: Apache-2.0
"""ingot watch while its server goes away and comes back, and while only the connection is cut."""
import json
import signal
import socket
import threading
import unittest

from live import waiting
from live_server import LiveTest
from program import INGOT, LIMIT
from pty_session import PtySession


class Wire:
    """Between a client and a server's socket; cuts what goes through it."""

    def __init__(self, path, server):
        self.path, self.server = path, server
        self.ends = []
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            with self.lock:
                self.ends = [near, far]
            far.connect(self.server)
            carriers = [threading.Thread(target=self.carry, args=ends) for ends in ((near, far), (far, near))]
            for carrier in carriers:
                carrier.start()
            for carrier in carriers:
                carrier.join()
            with self.lock:
                self.ends.clear()
            near.close()
            far.close()

    @staticmethod
    def carry(one, other):
        try:
            while piece := one.recv(65536):
                other.sendall(piece)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        with self.lock:
            for end in self.ends:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        self.thread.join()
        self.listener.close()


class Reconnecting(LiveTest):
    def setUp(self):
        super().setUp()
        self.engine.set_node("demo-worker", "created")
        self.serve()

    def watch(self, *arguments):
        self.process = self.start_ingot("watch", "nodes", "-o", "json", *arguments)
        return (json.loads(line) for line in self.process.stdout)

    @staticmethod
    def until(lines, state):
        """All up to the change of demo-worker to a state."""
        seen = []
        for message in lines:
            seen.append(message)
            changed = message.get("set", {"id": ""})
            if changed["id"] == "demo-worker" and changed["data"]["state"] == state:
                return seen
        raise AssertionError(seen)

    def stop_server(self, number):
        self.server.send_signal(number)
        self.server.wait(LIMIT)

    def test_a_cut_connection_goes_on_without_a_gap(self):
        wire = Wire(str(self.home / "wire"), self.path)
        self.addCleanup(wire.close)
        lines = self.watch("--socket", wire.path)
        seen = [next(lines), next(lines)]
        for state in ("running", "exited", "paused"):
            wire.cut()
            self.engine.set_node("demo-other", state)  # while it is away, or while it comes back
            self.engine.set_node("demo-worker", state)
            seen += self.until(lines, state)
        self.assertEqual([message["type"] for message in seen[:2]], ["welcome", "snapshot"])
        self.assertEqual({message["type"] for message in seen[2:]}, {"change"})
        versions = [message["version"] for message in seen[1:]]
        self.assertEqual(versions, sorted(set(versions)))
        last = {message["set"]["id"]: message["set"]["data"]["state"] for message in seen[2:]}
        self.assertEqual(last, {"demo-worker": "paused", "demo-other": "paused"})
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(LIMIT), 130)
        said = self.process.stderr.read()
        self.assertEqual(said.count("reconnected: nothing was missed"), 3)
        self.assertNotIn("warning", said)

    def test_a_killed_server_that_comes_back_is_told_anew(self):
        lines = self.watch()
        first = [next(lines), next(lines)]
        self.stop_server(signal.SIGKILL)
        self.engine.set_node("demo-worker", "running")  # nobody looks
        self.engine.set_node("demo-other", "running")
        self.serve()
        welcome, snapshot = next(lines), next(lines)
        self.assertNotEqual(welcome["run"], first[0]["run"])
        self.assertFalse(welcome["resumed"])
        self.assertEqual({item["id"]: item["data"]["state"] for item in snapshot["objects"]},
                         {"demo-worker": "running", "demo-other": "running"})
        self.engine.set_node("demo-worker", "exited")
        self.until(lines, "exited")
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(LIMIT), 130)
        self.assertIn("everything follows anew", self.process.stderr.read())

    def test_lines_for_people_tell_what_differs(self):
        self.process = self.start_ingot("watch", "nodes")
        self.assertEqual(self.process.stdout.readline(), "node/demo-worker created\n")
        self.stop_server(signal.SIGINT)
        self.assertIn("reconnecting: the server ends", self.process.stderr.readline())
        self.engine.remove_node("demo-worker")
        self.engine.set_node("demo-other", "running")
        self.serve()
        self.assertEqual([self.process.stdout.readline(), self.process.stdout.readline()],
                         ["node/demo-worker is gone\n", "node/demo-other running\n"])

    def test_the_screen_shows_what_was_seen_last_and_then_what_is(self):
        session = PtySession([INGOT, "watch", "nodes"], self.env, self.home, columns=100)
        self.addCleanup(session.close)
        session.read_until(r"demo-worker +\S*created")
        self.stop_server(signal.SIGINT)
        session.read_until(r"Reconnecting… +the server ends[^\x00]*demo-worker +\S*created")
        self.engine.set_node("demo-worker", "running")
        self.serve()
        session.read_until(r"version \d+[^\x00]*demo-worker +\S*running")
        self.stop_server(signal.SIGKILL)
        session.read_until(r"running[^\x00]*Reconnecting")
        session.send("q")
        self.assertEqual(session.finish(), 0)

    def test_ctrl_c_while_nobody_is_there(self):
        lines = self.watch()
        next(line for line in lines if line.get("complete"))
        self.stop_server(signal.SIGINT)
        self.assertIn("the server ends", self.process.stderr.readline())
        self.assertIn("no server listens there", self.process.stderr.readline())
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(LIMIT), 130)

    def wait_for_subscribers(self, count):
        waiting.until("subscribers", lambda: f"ingot_subscribers {count}\n" in self.get("/metrics")[1], LIMIT)

    def test_join_says_how_to_go_on(self):
        client = self.subscriber(filter={"kinds": ["command"]})
        self.engine.hold("/info")
        client.send({"type": "run", "id": "1", "arguments": ["cluster", "create", "other"], "detached": True})
        started = next(message for message in iter(client.receive, None) if message["type"] == "started")
        self.engine.wait_until_held()
        process = self.start_ingot("join", started["command"])
        self.wait_for_subscribers(2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)
        self.assertIn(f"try: ingot join {started['command']}", process.stderr.read())
        self.wait_for_subscribers(1)
        process = self.start_ingot("join", started["command"])
        self.wait_for_subscribers(2)
        self.server.kill()
        self.assertEqual(process.wait(LIMIT), 5)
        self.assertIn(f"ingot join {started['command']}", process.stderr.read())


if __name__ == "__main__":
    unittest.main()
