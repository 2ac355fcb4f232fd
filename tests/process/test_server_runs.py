# SPDX-License-Identifier: Apache-2.0
"""Commands that a server runs: `ingot --server` is as if it ran here, and others see it."""
import json
import signal
import unittest

from live.schema import Messages
from live_server import LiveTest
from program import INGOT, LIMIT
from pty_session import PtySession


class ThroughServer(LiveTest):
    def setUp(self):
        super().setUp()
        self.engine.set_node("demo-worker", "running")
        self.serve()

    def both(self, *arguments, **how):
        """What it is here, and through the server."""
        return [(result.returncode, result.stdout, result.stderr)
                for result in (self.run_ingot(*arguments, **how),
                               self.run_ingot("--server", self.path, *arguments, **how))]

    def test_the_same_output_and_exit_code(self):
        for arguments in (("cluster", "list"), ("cluster", "list", "-o", "json"), ("node", "list", "demo"),
                          ("cluster", "status", "none"), ("cluster", "create", "--wrong"),
                          ("config", "validate", "there-is-none.yaml"), ("version",)):
            with self.subTest(arguments):
                here, there = self.both(*arguments)
                self.assertEqual(here, there)

    def test_files_and_input_are_ours(self):
        (self.home / "wrong.yaml").write_text("kind: Nothing\n", encoding="utf-8")
        for arguments, how in ((("config", "validate", "wrong.yaml"), {}),
                               (("config", "validate", "-"), {"input": "kind: Nothing\n"})):
            with self.subTest(arguments):
                here, there = self.both(*arguments, **how)
                self.assertEqual(here, there)
                self.assertEqual(here[0], 2)

    def test_the_variable_and_settings_of_ours_count(self):
        self.env["INGOT_SERVER"] = self.path
        self.env["INGOT_OUTPUT"] = "json"
        watcher = self.subscriber(filter={"kinds": ["command"]})
        result = self.run_ingot("cluster", "list")
        self.assertEqual(json.loads(result.stdout)["items"][0]["name"], "demo")
        self.assertEqual(watcher.receive()["set"]["data"]["arguments"], ["cluster", "list"])

    def test_by_tcp_with_the_token(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait(LIMIT)
        serving = self.serve("--listen", "127.0.0.1:0")
        self.assertEqual(self.run_ingot("--server", serving["address"], "cluster", "list", "-o", "name").stdout,
                         "cluster/demo\n")
        self.env["INGOT_TOKEN"] = "0" * 64
        self.assertEqual(self.run_ingot("--server", serving["address"], "cluster", "list").returncode, 5)
        with open(serving["tokenFile"] + "-readonly", encoding="ascii") as file:
            self.env["INGOT_TOKEN"] = file.read().strip()
        refused = self.run_ingot("--server", serving["address"], "cluster", "list")
        self.assertEqual(refused.returncode, 5)
        self.assertIn("may only read", refused.stderr)

    def test_no_server_is_told_with_what_to_do(self):
        result = self.run_ingot("--server", "none.sock", "cluster", "list")
        self.assertEqual(result.returncode, 5)
        self.assertIn("ingot serve", result.stderr)

    def test_help_is_ours(self):
        self.assertEqual(self.run_ingot("--server", "none.sock", "cluster", "list", "--help").returncode, 0)

    def test_ctrl_c_goes_there(self):
        watcher = self.subscriber(filter={"kinds": ["command"]})
        self.engine.hold("/info")
        process = self.start_ingot("--server", self.path, "cluster", "create", "other", "--image", "none")
        self.engine.wait_until_held()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)
        self.assertIn("interrupted", process.stderr.read())
        self.assertEqual(watcher.receive()["set"]["data"]["state"], "Running")
        self.assertEqual(watcher.receive()["set"]["data"]["code"], 130)

    def test_on_a_terminal_it_has_one(self):
        session = PtySession([INGOT, "--server", self.path, "cluster", "list"], self.env, self.home)
        self.addCleanup(session.close)
        self.assertEqual(session.finish(), 0)
        here = PtySession([INGOT, "cluster", "list"], self.env, self.home)
        self.addCleanup(here.close)
        here.finish()
        self.assertEqual(session.text, here.text)

    def test_a_client_that_is_killed_hangs_up(self):
        watcher = self.subscriber(filter={"kinds": ["command"]})
        self.engine.hold("/info")
        process = self.start_ingot("--server", self.path, "cluster", "create", "other", "--image", "none")
        self.engine.wait_until_held()
        process.kill()
        self.assertEqual(watcher.receive()["set"]["data"]["state"], "Running")
        self.assertEqual(watcher.receive()["set"]["data"]["code"], 129)


class Joining(LiveTest):
    def setUp(self):
        super().setUp()
        self.serve()
        self.client = self.subscriber(filter={"kinds": ["command"]})

    def run_held(self):
        """A command that waits for the engine; its id."""
        self.engine.hold("/info")
        self.client.send({"type": "run", "id": "1", "arguments": ["cluster", "create", "other"]})
        started = next(message for message in iter(self.client.receive, None) if message["type"] == "started")
        self.engine.wait_until_held()
        return started["command"]

    def test_what_it_says_and_its_exit_code(self):
        self.client.send({"type": "run", "id": "1", "arguments": ["cluster", "status", "none"]})
        ended = next(message for message in iter(self.client.receive, None) if message["type"] == "ended")
        joined = self.run_ingot("join", ended["command"])
        self.assertEqual(joined.returncode, ended["code"])
        self.assertIn("none", joined.stderr)

    def test_ctrl_c_leaves_it_running(self):
        command = self.run_held()
        viewer = self.subscriber(filter={"kinds": ["viewer"]})
        viewer.receive()  # itself
        process = self.start_ingot("join")
        viewer.receive()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), 130)
        self.client.send({"type": "join", "command": command})
        self.client.send({"type": "signal", "command": command, "signal": "KILL"})
        ended = next(message for message in iter(self.client.receive, None) if message["type"] == "ended")
        self.assertEqual(ended["code"], 137)

    def test_there_is_none(self):
        for arguments in ((), ("ffffffff",)):
            result = self.run_ingot("join", *arguments)
            self.assertEqual(result.returncode, 3)
            self.assertIn("ingot watch commands", result.stderr)


class ByMessages(LiveTest):
    def test_every_message_is_as_the_document_says(self):
        self.serve()
        messages = Messages(json.loads(self.get("/asyncapi.json")[1]))
        client = self.subscriber(filter={"kinds": ["viewer", "command"]}, name="me")
        client.send({"type": "run", "id": "1", "arguments": ["cluster", "delete", "none", "--no-kubeconfig"]})
        client.send({"type": "run", "id": "2", "arguments": ["version"], "directory": "/there/is/none"})
        received, ended = [], False
        while not ended or not any(message.get("set", {}).get("data", {}).get("state") == "Ended"
                                   for message in received):
            received.append(client.receive())
            ended = ended or received[-1]["type"] == "ended"
        for message in received:
            with self.subTest(message["type"]):
                messages.check(message)
        types = {message["type"] for message in received}
        self.assertLessEqual({"started", "refused", "output", "ended", "change"}, types)

    def test_viewers_come_and_go(self):
        self.serve()
        client = self.subscriber(filter={"kinds": ["viewer"]}, name="one", channel="c")
        self.assertEqual(client.receive()["set"]["data"]["name"], "one")
        other = self.subscriber(name="two", role="reading")
        seen = client.receive()["set"]
        self.assertEqual((seen["data"]["name"], seen["data"]["role"]), ("two", "reading"))
        other.close()
        self.assertEqual(client.receive()["removed"]["id"], seen["id"])


if __name__ == "__main__":
    unittest.main()
