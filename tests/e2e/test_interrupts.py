# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C and its relatives, at several moments of a create. The moments are ingot's own events."""
import json
import pathlib
import signal
import time
import unittest

from live import events, waiting
from support import ENGINE, Scenario, gone_afterwards, new_name

CLEAN_WITHIN = 10
FREEZER = pathlib.Path("/sys/fs/cgroup/freezer")
ENGINE_CATCHES_UP = 3  # seconds in which the engine is done with a request whose sender has gone


def is_notice(line):
    event = events.parse(line)
    return event is not None and event.type == "notice"


class Interrupts(Scenario):
    def start(self, moment, *options):
        """A create that has reached `moment`, and its name."""
        name = self.enterContext(gone_afterwards(new_name()))
        running = self.ingot.start_create(name, *options)
        self.addCleanup(lambda: running.process.poll() is None and running.process.kill())
        self.assertIsNotNone(running.wait_for_line(events.started(moment)),
                             "ended before that step:\n" + "".join(running.seen))
        return name, running

    def interrupted(self, number, moment, *options):
        """The create is interrupted at `moment`, ends soon with the signal's exit code, and leaves nothing."""
        name, running = self.start(moment, *options)
        volumes = ENGINE.volumes_of(name)
        begin = time.monotonic()
        running.signal(number)
        result = running.finish(limit=CLEAN_WITHIN + 20)
        self.assertLess(time.monotonic() - begin, CLEAN_WITHIN, str(result))
        self.assert_code(result, 128 + number)
        waiting.stays("nothing is left", lambda: not ENGINE.nodes(name), ENGINE_CATCHES_UP)
        self.assertEqual(ENGINE.volumes() & volumes, set(), "volumes are left")
        if self.ingot.kubeconfig.exists():
            self.assertNotIn(name, self.ingot.kubeconfig.read_text(encoding="utf-8"))

    def test_ctrl_c_while_nodes_are_created(self):
        self.interrupted(signal.SIGINT, "/create", "--workers", "1")

    def test_ctrl_c_while_nodes_start(self):
        self.interrupted(signal.SIGINT, "/start", "--workers", "1")

    def test_ctrl_c_while_the_api_is_awaited(self):
        self.interrupted(signal.SIGINT, "api-server")

    def test_ctrl_c_while_objects_are_sent(self):
        self.interrupted(signal.SIGINT, "api")

    def test_ctrl_c_while_nodes_get_ready(self):
        self.interrupted(signal.SIGINT, "/ready")

    def test_ctrl_c_during_kubeadm_init(self):
        self.interrupted(signal.SIGINT, "api", "--bootstrap", "kubeadm")

    def test_termination_while_the_api_is_awaited(self):
        self.interrupted(signal.SIGTERM, "api-server")

    def test_a_second_ctrl_c_leaves_things_and_says_how_to_remove_them(self):
        name, running = self.start("api-server", "--workers", "2")
        running.signal(signal.SIGINT)
        # It is answered in words; the second must come after that and before the removal is over.
        self.assertIsNotNone(running.wait_for_line(is_notice, limit=5), "the signal was not answered")
        running.signal(signal.SIGINT)
        result = running.finish(limit=CLEAN_WITHIN)
        self.assert_code(result, 130)
        if ENGINE.nodes(name):
            self.assertIn(f"ingot cluster delete {name}", result.err)
            self.assertIn(f"{name}-control-plane", result.err)
        self.assert_code(self.ingot.delete(name), 0)
        self.assert_nothing_left(name)

    def test_after_a_kill_create_says_what_it_found_and_delete_cleans_up(self):
        name, running = self.start("/ready")
        running.signal(signal.SIGKILL)
        running.finish()
        waiting.until("its containers are there", lambda: ENGINE.nodes(name), 10)
        again = self.ingot.create(name)
        self.assert_code(again, 4)
        self.assertIn("unfinished", again.err)
        self.assertIn(f"ingot cluster delete {name}", again.err)
        listed = json.loads(self.ingot("cluster", "list", "-o", "json").out)["items"]
        self.assertIn(name, [cluster["name"] for cluster in listed])
        self.assert_code(self.ingot.delete(name), 0)
        self.assert_nothing_left(name)

    @unittest.skipUnless(FREEZER.exists(), "only control groups of version 1 hold processes that cannot be killed")
    def test_a_node_whose_pod_is_frozen_is_removed(self):
        """As after a kill in just the milliseconds in which runc changes a pod's control group."""
        name = self.enterContext(gone_afterwards(new_name()))
        self.assert_code(self.ingot.create(name), 0)
        node = ENGINE.inspect(f"{name}-control-plane")["Id"]
        (group, *_) = FREEZER.glob(f"**/*{node}*/**/*kubepods*/cri-containerd-*/freezer.state")
        group.write_text("FROZEN", encoding="ascii")
        waiting.until("the pod is frozen", lambda: group.read_text(encoding="ascii").strip() == "FROZEN", 5)
        begin = time.monotonic()
        self.assert_code(self.ingot.delete(name), 0)
        self.assertLess(time.monotonic() - begin, CLEAN_WITHIN)
        self.assert_nothing_left(name)


if __name__ == "__main__":
    unittest.main()
