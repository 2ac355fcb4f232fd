# SPDX-License-Identifier: Apache-2.0
"""What nodes may use: held to by the engine, told by kubelets, believed by the scheduler."""
import json
import signal
import unittest

import workloads
from live import command, waiting
from live.kubectl import condition, nodes_ready
from support import ENGINE, INGOT, SharedCluster

MI = 1 << 20


class Limits(SharedCluster):
    options = ("--workers", "1", "--cpus", "worker=0.5", "--memory", "control-plane=2Gi,worker=768Mi", "--pids",
               "worker=1000")

    def setUp(self):
        super().setUp()
        self.worker = f"{self.shared.name}-worker"

    def told(self, node):
        """Capacity and allocatable: processors, MiB."""
        status = self.kubectl.get(f"node/{node}")["status"]
        return [(status[what]["cpu"], int(status[what]["memory"].removesuffix("Ki")) // 1024
                 if status[what]["memory"].endswith("Ki") else status[what]["memory"])
                for what in ("capacity", "allocatable")]

    def cgroup(self, node, *files):
        """The first of the files that there is: cgroups have two versions."""
        script = "; ".join(f"cat /sys/fs/cgroup/{file} 2>/dev/null && exit" for file in files)
        return self.shared.execute("sh", "-c", script, node=node).out.strip()

    def pod(self, namespace, name, **requests):
        return workloads.pause_deployment(namespace, name, container={"resources": {"requests": requests}},
                                          nodeSelector={"kubernetes.io/hostname": self.worker})

    def set(self, *options):
        result = self.ingot("node", "set", self.worker, *options)
        self.assert_code(result, 0)
        return result

    def is_pending(self, namespace, app):
        pods = self.kubectl.items("pods", "-n", namespace, "-l", f"app={app}")
        return len(pods) == 1 and condition(pods[0], "PodScheduled") == "False"

    def test_1_the_cgroup_and_the_node_say_the_same(self):
        self.assertEqual(self.told(self.worker), [("1", "768Mi"), ("500m", "768Mi")])
        self.assertEqual(self.told(self.shared.control_plane)[0][1], "2Gi")
        self.assertEqual(int(self.cgroup(self.worker, "memory.max", "memory/memory.limit_in_bytes")), 768 * MI)
        self.assertEqual(self.cgroup(self.worker, "cpu.max", "cpu/cpu.cfs_quota_us").split()[0], "50000")
        self.assertEqual(self.cgroup(self.worker, "pids.max", "pids/pids.max"), "1000")

    def test_2_the_scheduler_overcommits_no_more(self):
        namespace = self.namespace()
        self.kubectl.apply(self.pod(namespace, "fits", memory="256Mi", cpu="50m"),
                           self.pod(namespace, "large", memory="900Mi"), self.pod(namespace, "busy", cpu="1500m"))
        workloads.available(self.kubectl, namespace, "fits")
        for app in ("large", "busy"):
            waiting.until(f"{app} is pending", lambda app=app: self.is_pending(namespace, app), 30)
        self.set("--memory", "2Gi", "--cpus", "none")
        workloads.available(self.kubectl, namespace, "large", "busy")
        self.set("--memory", "768Mi", "--cpus", "0.5")

    def test_3_a_change_holds_at_once_and_loses_nothing(self):
        address = workloads.keep_data(self.shared, self.namespace())
        running = ENGINE.inspect(self.worker)["State"]["StartedAt"]
        result = json.loads(self.set("--memory", "1Gi", "--cpus", "1", "--pids", "1500", "-o", "json").out)
        self.assertTrue(result["items"][0]["changed"])
        self.assertEqual(self.told(self.worker), [("1", "1Gi"), ("1", "1Gi")])
        self.assertTrue(nodes_ready(self.kubectl.items("nodes")))
        self.assertEqual(self.cgroup(self.worker, "pids.max", "pids/pids.max"), "1500")
        self.assertEqual(ENGINE.inspect(self.worker)["State"]["StartedAt"], running)
        workloads.until_told(self.shared, address)

    def test_3_whoever_reads_what_kubelet_reads_is_in_nobodys_way(self):
        self.set("--memory", "1Gi")
        reader = self.shared.execute("sh", "-c", "exec 3</proc/meminfo; tail -f /dev/null >/dev/null 2>&1 & echo $!",
                                     node=self.worker).out.strip()
        self.addCleanup(self.shared.execute, "kill", reader, node=self.worker)
        self.set("--memory", "2Gi")
        self.assertEqual(self.told(self.worker)[0][1], "2Gi")

    def test_3_a_change_that_was_killed_is_brought_to_its_end_by_the_next(self):
        self.set("--memory", "1Gi")
        killed = command.Running(str(INGOT), "node", "set", self.worker, "--memory", "2Gi", env=self.ingot.env)
        killed.wait_for_line(lambda line: "restart kubelet" in line)
        killed.signal(signal.SIGKILL)
        self.assert_code(killed.finish(), -signal.SIGKILL)
        self.set("--memory", "2Gi")
        self.assertEqual(self.told(self.worker)[0][1], "2Gi")

    def test_4_limits_survive_a_restart_and_new_workers_have_them(self):
        self.set("--memory", "896Mi", "--cpus", "1.5")
        self.assert_code(self.ingot("cluster", "restart", self.shared.name), 0)
        self.assertEqual(self.told(self.worker), [("2", "896Mi"), ("1500m", "896Mi")])
        self.assert_code(self.ingot("node", "add", self.shared.name, "--memory", "512Mi"), 0)
        self.assertEqual(self.told(f"{self.worker}2"), [("2", "512Mi"), ("1500m", "512Mi")])

    def test_5_what_cannot_be_changes_nothing(self):
        before = ENGINE.inspect(self.worker)["HostConfig"]
        for options in (("--memory", "32Mi"), ("--memory", "900Ti"), ("--cpus", "5000"), ("--pids", "3")):
            result = self.ingot("node", "set", self.worker, *options)
            self.assert_code(result, 2)
        self.assertEqual(ENGINE.inspect(self.worker)["HostConfig"], before)


if __name__ == "__main__":
    unittest.main()
