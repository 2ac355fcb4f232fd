# SPDX-License-Identifier: Apache-2.0
"""Two watch the same create and delete as they happen; one is killed on the way, and goes on without a gap. A third
watches what a cluster runs, through a restart of its API server."""
import json
import os
import signal
import subprocess
import unittest

import workloads
from live import command
from live.schema import Messages
from support import INGOT, Cluster, Scenario, gone_afterwards, new_name


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

    def __init__(self, ingot, socket, cluster, kinds, since=None):
        super().__init__(ingot, "watch", *kinds, "--cluster", cluster, "-o", "json", "--socket", socket,
                         *(["--since", since] if since else []))
        self.messages = []
        self.objects = {}  # (kind, id) -> data

    def take(self, message):
        self.messages.append(message)
        for thing in [*message.get("objects", []), *filter(None, [message.get("set")])]:
            self.objects[thing["kind"], thing["id"]] = thing["data"]
        if "removed" in message:
            self.objects.pop((message["removed"]["kind"], message["removed"]["id"]), None)

    def until(self, is_seen):
        while not self.messages or not is_seen(self.messages[-1]):
            self.take(json.loads(self.line()))

    def until_known(self, is_so):
        """Until what is known is so: is_so() of the data of all objects, by kind and id."""
        while not is_so(self.objects):
            self.take(json.loads(self.line()))

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

    def watcher(self, cluster, *kinds, since=None):
        watcher = Watcher(self.ingot, self.socket, cluster, kinds or ("clusters", "nodes"), since)
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

    def test_what_a_cluster_runs_is_told_through_a_restart_of_its_api(self):
        name = new_name()
        watching = self.watcher(name, "pods", "services", "deployments", "events", "kube-nodes", "kube-apis")
        with gone_afterwards(name):
            self.assert_code(self.ingot.create(name), 0)
            cluster = Cluster(name, self.ingot, None)
            watching.until_known(lambda known: self.is_connected(known, name) and
                                 known.get(("kube-node", f"{name}/{name}-control-plane"), {}).get("ready"))
            self.assertIn(("service", f"{name}/kube-system/kube-dns"), watching.objects)
            self.run_pods(cluster, watching)
            self.restart_api_server(cluster, watching)
            self.assertEqual(self.ingot.delete(name).code, 0)
            watching.until_known(lambda known: not known)
        self.validate(watching.messages)

    @staticmethod
    def is_connected(known, name):
        return known.get(("kube-api", name), {}).get("state") == "Connected"

    @staticmethod
    def pods_of(known, prefix):
        return [data for (kind, _), data in known.items() if kind == "pod" and data["name"].startswith(prefix)]

    def run_pods(self, cluster, watching):
        cluster.kubectl.apply(workloads.pause_deployment("default", "web"))
        cluster.kubectl("scale", "deployment/web", "--replicas=2")
        web = ("deployment", f"{cluster.name}/default/web")
        watching.until_known(lambda known: known.get(web, {}).get("ready") == 2)
        watching.until_known(lambda known: [pod["phase"] for pod in self.pods_of(known, "web-")
                                            if pod["ready"] == "1/1"] == ["Running"] * 2)
        watching.until_known(lambda known: any(
            kind == "event" and data["about"].startswith("Pod/web-") and data["reason"] == "Started"
            for (kind, _), data in known.items()))
        cluster.kubectl("delete", "deployment/web")
        watching.until_known(lambda known: web not in known and not self.pods_of(known, "web-"))

    def restart_api_server(self, cluster, watching):
        """Its objects stay meanwhile; what happens after is told again."""
        before = len(self.pods_of(watching.objects, ""))
        self.assertEqual(cluster.execute("sh", "-c", "kill $(pidof kube-apiserver)").code, 0)
        watching.until_known(lambda known: not self.is_connected(known, cluster.name))
        self.assertEqual(len(self.pods_of(watching.objects, "")), before)
        watching.until_known(lambda known: self.is_connected(known, cluster.name))
        cluster.kubectl.apply(workloads.pause_deployment("default", "after"))
        watching.until_known(lambda known: [pod["phase"] for pod in self.pods_of(known, "after-")] == ["Running"])

    def pause_and_resume(self, cluster):
        """Each is told, although the engine tells of it before its own lists do."""
        watching = self.watcher(cluster.name, "nodes")
        node = ("node", cluster.control_plane)
        for verb, state in (("pause", "paused"), ("unpause", "running")) * 4:
            command.succeed("docker", verb, cluster.control_plane)
            watching.until_known(lambda known, state=state: known[node]["state"] == state)

    def test_usage_and_pauses_are_told(self):
        with self.cluster() as cluster:
            watching = self.watcher(cluster.name, "usage")
            usage = ("usage", cluster.control_plane)
            watching.until_known(lambda known: usage in known and known[usage]["memoryBytes"] > 0)
            first = watching.objects[usage]
            watching.until_known(lambda known: known[usage] != first)
            self.assertGreater(first["pids"], 0)
            self.pause_and_resume(cluster)
            self.validate(watching.messages)

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
