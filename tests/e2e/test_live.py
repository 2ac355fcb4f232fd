# SPDX-License-Identifier: Apache-2.0
"""Two watch the same create and delete as they happen; one is killed on the way, and goes on without a gap."""
import json
import os
import signal
import subprocess
import unittest

from live.schema import Messages
from support import INGOT, Scenario, gone_afterwards, new_name


class Speaking:
    """ingot beside the test, its standard output read line by line."""

    def __init__(self, ingot, *arguments):
        self.process = subprocess.Popen([str(INGOT), *arguments], env={**os.environ, **ingot.env}, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"it has ended, with {self.process.wait(60)}")
        return line

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(60)
        self.process.stdout.close()


class Watcher(Speaking):
    """`ingot watch`, and every message that it has had."""

    def __init__(self, ingot, socket, cluster, since=None):
        super().__init__(ingot, "watch", "clusters", "nodes", "--cluster", cluster, "-o", "json", "--socket", socket,
                         *(["--since", since] if since else []))
        self.messages = []

    def until(self, is_seen):
        while not self.messages or not is_seen(self.messages[-1]):
            self.messages.append(json.loads(self.line()))

    @property
    def position(self):
        return f"{self.messages[0]['run']}:{self.messages[-1]['version']}"


def changes(messages):
    """Version -> what changed."""
    return {message["version"]: message for message in messages if message["type"] == "change"}


def has_state(kind, state):
    return lambda message: (message["type"] == "change" and message.get("set", {}).get("kind") == kind
                            and message["set"]["data"]["state"] == state)


def is_gone(kind, name):
    return lambda message: (message["type"] == "change" and
                            message.get("removed", {}).get("kind") == kind and message["removed"]["id"] == name)


class Live(Scenario):
    def setUp(self):
        super().setUp()
        self.socket = str(self.folder / "live.sock")
        server = Speaking(self.ingot, "serve", "--socket", self.socket, "-o", "json")
        self.addCleanup(server.end, signal.SIGINT)
        self.assertEqual(server.line(), "{\n")

    def watcher(self, cluster, since=None):
        watcher = Watcher(self.ingot, self.socket, cluster, since)
        self.addCleanup(watcher.end, signal.SIGKILL)
        watcher.until(lambda message: message.get("complete") or message.get("resumed"))
        return watcher

    def test_two_see_a_create_as_it_happens_and_one_resumes(self):
        name = new_name()
        watching, killed = self.watcher(name), self.watcher(name)
        with gone_afterwards(name):
            create = self.ingot.start_create(name)
            killed.until(lambda message: message["type"] == "change")
            killed.process.kill()
            watching.until(has_state("cluster", "Running"))
            resumed = self.watcher(name, since=killed.position)
            self.assertEqual(create.finish().code, 0)
            self.assertEqual(self.ingot.delete(name).code, 0)
            for one in (watching, resumed):
                one.until(is_gone("node", f"{name}-control-plane"))
        self.compare(changes(watching.messages), changes(killed.messages), changes(resumed.messages))
        self.validate(watching.messages + killed.messages + resumed.messages)

    def compare(self, all_of_it, before, after):
        """The one that was killed has seen nothing else, nothing twice, and in the end the same."""
        self.assertFalse(before.keys() & after.keys())
        for version, message in {**before, **after}.items():
            if version in all_of_it:  # else it has read a state that the other one was too late for
                self.assertEqual(all_of_it[version], message)
        self.assertEqual(self.end_of(all_of_it), self.end_of({**before, **after}))

    @staticmethod
    def end_of(seen):
        """Object -> its last change."""
        end = {}
        for _, message in sorted(seen.items()):
            subject = message.get("set") or message["removed"]
            end[subject["kind"], subject["id"]] = message
        return end

    def validate(self, messages):
        document = Messages(json.loads(self.ingot("serve", "--print-asyncapi").out))
        for message in messages:
            document.check(message)


if __name__ == "__main__":
    unittest.main()
