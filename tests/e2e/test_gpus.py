# SPDX-License-Identifier: Apache-2.0
"""Devices that a file describes, from the machine to a pod and back: nothing but stand-ins, and everything real else."""
import contextlib
import json
import pathlib
import re
import signal
import time
import unittest

import yaml

from live import command, container_view, waiting
from live.machine import Machine
from support import ENGINE, INGOT, PAUSE, SharedCluster
from watched_devices import Watching

KIND = "vendor.example/gpu"
LIBRARY = "/usr/lib/vendor/libvendor.so.1.2.3"
CDI = """cdiVersion: 0.5.0
kind: vendor.example/gpu
containerEdits:
  mounts:
  - {hostPath: %s, containerPath: %s, options: [ro, nosuid, nodev, bind]}
  hooks:
  - {hookName: createContainer, path: /usr/bin/nvidia-cdi-hook, args: [nvidia-cdi-hook, update-ldcache, --folder, /usr/lib/vendor]}
devices:
- {name: "0", containerEdits: {env: [VENDOR_GPU=zero], deviceNodes: [{path: /dev/vendor0, hostPath: /dev/zero}]}}
- {name: "1", containerEdits: {env: [VENDOR_GPU=one], deviceNodes: [{path: /dev/vendor1, hostPath: /dev/full}]}}
"""
MANIFESTS = pathlib.Path(__file__).resolve().parents[2] / "manifests" / "gpu"
# Of another kind: every field that an engine gives to a container by itself.
PLAIN_KIND = "plain.example/card"
PLAIN_CDI = """cdiVersion: 0.7.0
kind: plain.example/card
containerEdits:
  env: [PLAIN_A=file, PLAIN_B=file]
  additionalGids: [44, 4242]
  mounts:
  - {hostPath: %(library)s, containerPath: /opt/plain/library, options: [ro, nosuid, nodev, rbind, rprivate]}
  - {hostPath: %(folder)s, containerPath: /opt/plain/folder, options: [rw, nosuid, nodev, noexec, rbind, rprivate]}
devices:
- name: "0"
  containerEdits:
    env: [PLAIN_B=device]
    deviceNodes:
    - {path: /dev/plain-zero, hostPath: /dev/zero}
    - {path: /dev/plain-full, hostPath: /dev/full, fileMode: 416, uid: 7, gid: 44, permissions: r}
    - {path: /dev/plain/null, type: c, major: 1, minor: 3, permissions: rw}
"""
PLAIN_NODES = ("/dev/plain-zero", "/dev/plain-full", "/dev/plain/null")
PLAIN_MOUNTS = ("/opt/plain/library", "/opt/plain/folder")


class Gpus(SharedCluster):
    options = ("--workers", "1")

    @classmethod
    def prepare(cls, name):
        library = cls.shared_folder / "libvendor.so.1.2.3"
        library.write_text("a library", encoding="ascii")
        folder = cls.shared_folder / "cdi"
        folder.mkdir()
        (folder / "vendor.yaml").write_text(CDI % (library, LIBRARY), encoding="ascii")
        shared = cls.shared_folder / "plain"
        shared.mkdir()
        cls.plain = cls.shared_folder / "plain-cdi"  # what an engine reads, too
        cls.plain.mkdir()
        (cls.plain / "plain.yaml").write_text(PLAIN_CDI % {"library": library, "folder": shared}, encoding="ascii")
        cls.gpus = {"INGOT_CDI_DIRS": str(folder)}
        return cls.options

    def setUp(self):
        super().setUp()
        self.worker = f"{self.shared.name}-worker"

    def gpu(self, *words, code=0, cdi=None):
        result = self.ingot("gpu", *words, env={"INGOT_CDI_DIRS": str(cdi)} if cdi else self.gpus)
        self.assert_code(result, code)
        return result

    def allocatable(self):
        return self.kubectl.get(f"node/{self.worker}")["status"]["allocatable"].get(KIND, "0")

    def told(self):
        """What the node's own kubelet has been told, which it tells the API every ten seconds."""
        text = self.shared.execute("cat", "/run/ingot/device-plugin.json", node=self.worker).out
        return json.loads(text or "{}").get(KIND, [])

    def labels(self):
        found = self.kubectl.get(f"node/{self.worker}")["metadata"]["labels"]
        return {name.removeprefix(KIND + "."): value for name, value in found.items() if name.startswith(KIND)}

    def pod(self, namespace, name, count=1, kind=KIND):
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace},
                "spec": {"terminationGracePeriodSeconds": 0, "containers": [
                    {"name": "pause", "image": PAUSE, "imagePullPolicy": "Never",
                     "resources": {"limits": {kind: str(count)}}}]}}

    def start(self, namespace, name, *how):
        self.kubectl.apply(self.pod(namespace, name, *how))
        self.kubectl.wait(f"pod/{name}", "condition=Ready", "-n", namespace, seconds=30)

    def inside(self, namespace, name):
        """The first process of a pod's container, as its node counts: its image has no shell to ask."""
        uid = self.kubectl.get(f"pod/{name}", "-n", namespace)["metadata"]["uid"].replace("-", "[-_]")
        found = self.shared.execute("sh", "-c", f"for p in /proc/[0-9]*; do grep -q '{uid}' $p/cgroup 2>/dev/null && "
                                    "tr '\\0' ' ' <$p/cmdline | grep -q '^/pause' && ls $p/root/dev | grep -q vendor && "
                                    "echo ${p#/proc/} && exit; done", node=self.worker).out.strip()
        self.assertRegex(found, r"^\d+$", "no process of the pod has a device")
        return f"/proc/{found}"

    def test_1_devices_are_listed_and_mistakes_are_told_at_once(self):
        listed = json.loads(self.gpu("list", "-o", "json").out)
        self.assertEqual([item["name"] for item in listed["items"]], [f"{KIND}=0", f"{KIND}=1"])
        refused = self.gpu("attach", self.worker, "0", "7", "0", code=2)
        self.assertIn("'7': there is no such device", refused.err)
        self.assertIn("named twice", refused.err)
        self.gpu("attach", "no-such-node", "0", code=3)
        self.assertEqual(self.allocatable(), "0")

    def test_2_a_pod_gets_exactly_its_device(self):
        self.gpu("attach", self.worker, "0")  # the first time brings the plugin
        begin = time.monotonic()
        self.gpu("attach", self.worker, "1")
        seconds = time.monotonic() - begin
        self.assertEqual(self.allocatable(), "2")
        self.assertEqual(self.kubectl.get(f"node/{self.worker}")["metadata"]["labels"][f"{KIND}.count"], "2")
        self.assertLess(seconds, 3, "attach is to take 1.5 s on a machine that is not busy")
        self.gpu("detach", self.worker, "0")
        self.assertEqual(self.allocatable(), "1")
        namespace = self.namespace()
        self.start(namespace, "first")
        process = self.inside(namespace, "first")
        sees = self.shared.execute("sh", "-c", f"ls {process}/root/dev | grep vendor; stat -c %t:%T {process}/root/dev/vendor1; "
                                   f"cat {process}/root{LIBRARY}; tr '\\0' '\\n' <{process}/environ | grep VENDOR_GPU",
                                   node=self.worker)
        self.assertEqual(sees.out.split("\n"), ["vendor1", "1:7", "a libraryVENDOR_GPU=one", ""])
        self.kubectl.apply(self.pod(namespace, "second"))
        waiting.until("the second pod has to wait", lambda: "Insufficient " + KIND in json.dumps(
            self.kubectl.get("pod/second", "-n", namespace)["status"]), 30)
        in_use = self.gpu("detach", self.worker, "1", code=4)
        self.assertIn(f"pod {namespace}/first has {KIND}=1", in_use.err)
        self.assertEqual(self.told(), ["1"])
        status = json.loads(self.gpu("status", self.worker, "-o", "json").out)
        self.assertEqual(status["items"], [{"node": self.worker, "cluster": self.shared.name, "device": f"{KIND}=1",
                                            "state": "ready", "replicas": 1, "pods": [f"{namespace}/first"]}])
        self.gpu("attach", self.worker, "0")
        self.kubectl.wait("pod/second", "condition=Ready", "-n", namespace, seconds=30)
        self.gpu("detach", self.worker, "all", "--force")
        self.assertEqual((self.allocatable(), self.told()), ("0", []))
        self.assertEqual(self.kubectl.items("pods", "-n", namespace), [])

    def test_2_several_pods_share_a_device(self):
        self.gpu("attach", self.worker, "0", "--replicas", "3")
        self.assertEqual((self.allocatable(), self.told()), ("3", ["0::0", "0::1", "0::2"]))
        self.assertEqual(self.labels(), {"present": "true", "count": "1", "replicas": "3", "sharing-strategy": "time-slicing"})
        namespace = self.namespace()
        for name in ("first", "second"):
            self.start(namespace, name)
            sees = self.shared.execute("ls", f"{self.inside(namespace, name)}/root/dev", node=self.worker).out.split()
            self.assertEqual([node for node in sees if "vendor" in node], ["vendor0"])
        status = json.loads(self.gpu("status", self.worker, "-o", "json").out)["items"]
        self.assertEqual([(item["device"], item["state"], item["replicas"], sorted(item["pods"])) for item in status],
                         [(f"{KIND}=0", "ready", 3, [f"{namespace}/first", f"{namespace}/second"])])
        in_use = self.gpu("attach", self.worker, "0", "--replicas", "2", code=4)
        self.assertIn(f"pod {namespace}/second has {KIND}=0", in_use.err)
        # A device that comes is shared alike; who wants two gets those of the device that fewer have, and it once.
        self.gpu("attach", self.worker, "1")
        self.assertEqual((self.allocatable(), len(self.told())), ("6", 6))
        self.start(namespace, "third", 2)
        sees = self.shared.execute("ls", f"{self.inside(namespace, 'third')}/root/dev", node=self.worker).out.split()
        self.assertEqual([node for node in sees if "vendor" in node], ["vendor1"])
        self.gpu("detach", self.worker, "all", code=4)
        self.gpu("detach", self.worker, "all", "--force")
        self.assertEqual((self.allocatable(), self.told(), self.labels()), ("0", [], {}))
        self.assertEqual(self.kubectl.items("pods", "-n", namespace), [])

    @contextlib.contextmanager
    def engine_container(self, device):
        """The process of a container that an engine gave a device by CDI, which no ingot had a hand in."""
        with Machine({"features": {"cdi": True}, "cdi-spec-dirs": [str(self.plain)]}) as machine:
            if not machine.engine.request("GET", "/info").get("CDISpecDirs"):
                self.skipTest("this machine's container engine has no CDI")
            libraries = re.findall(r"/\S+", command.succeed("ldd", "/bin/sleep").out)
            machine.engine.import_image("sleep:1", "/bin/sleep", *libraries)
            made = command.succeed("docker", "run", "--detach", "--network", "none", "--device", device, "sleep:1",
                                   "/bin/sleep", "600", env=machine.env).out.strip()
            yield container_view.processes_of(made, "sleep")[0]

    def test_3_a_pod_has_what_an_engine_gives_for_the_same_description(self):
        def seen(process):
            return {"variables": container_view.variables(process, "PLAIN_"),
                    **{path: container_view.device_node(process, path) for path in PLAIN_NODES},
                    **{path: container_view.mount(process, path) for path in PLAIN_MOUNTS}}

        with self.engine_container(f"{PLAIN_KIND}=0") as process:
            given = seen(process)
        self.assertEqual(given["variables"], ["PLAIN_A=file", "PLAIN_B=device"])
        self.assertNotIn("", given.values())
        self.gpu("attach", self.worker, "0", cdi=self.plain)
        namespace = self.namespace()
        self.start(namespace, "plain", 1, PLAIN_KIND)
        uid = self.kubectl.get("pod/plain", "-n", namespace)["metadata"]["uid"]
        pods = [process for group in (uid, uid.replace("-", "_"))
                for process in container_view.processes_of(group, "pause") if container_view.device_node(process, PLAIN_NODES[0])]
        self.assertEqual(len(pods), 1)
        self.assertEqual(seen(pods[0]), given)
        # Docker says whose groups a process has after CDI has been asked (moby, daemon/oci_linux.go), so there it has none.
        self.assertLessEqual({44, 4242}, set(container_view.groups(pods[0])))
        node = pathlib.Path("/proc") / str(ENGINE.pid(self.worker))
        for path in PLAIN_MOUNTS:
            self.assertEqual(container_view.mount(node, path), given[path])
        for path in PLAIN_NODES:  # a node's own keeps the machine's mode, where the description has none
            self.assertEqual(container_view.device_node(node, path).split()[:2], given[path].split()[:2])
        self.gpu("detach", self.worker, "all", "--force")
        self.assertEqual([container_view.device_node(node, path) for path in PLAIN_NODES], ["", "", ""])
        self.assertEqual([container_view.mount(node, path) for path in PLAIN_MOUNTS], ["", ""])

    def test_3_nothing_is_left_in_the_node(self):
        self.gpu("attach", self.worker, "0")
        self.assertEqual(self.shared.execute("cat", LIBRARY, node=self.worker).out, "a library")
        self.gpu("detach", self.worker, "0")
        for path in ("/dev/vendor0", LIBRARY, "/etc/ld.so.conf.d/00-ingot-devices.conf"):
            self.assertNotEqual(self.shared.execute("test", "-e", path, node=self.worker).code, 0, path)
        self.assertEqual(self.shared.execute("sh", "-c", "ls /run/cdi", node=self.worker).out, "")

    def test_3_what_is_interrupted_is_as_before(self):
        self.gpu("attach", self.worker, "0")
        running = command.Running(str(INGOT), "gpu", "attach", self.worker, "1", "--progress", "json",
                                  env={**self.ingot.env, **self.gpus})
        running.wait_for_line(lambda line: json.loads(line).get("id", "").endswith("/devices"))
        running.signal(signal.SIGINT)
        self.assertEqual(running.finish().code, 130)
        status = json.loads(self.gpu("status", self.worker, "-o", "json").out)
        self.assertEqual([(item["device"], item["state"]) for item in status["items"]], [(f"{KIND}=0", "ready")])
        self.gpu("detach", self.worker, "0")

    def test_4_a_restart_loses_nothing(self):
        self.gpu("attach", self.worker, "0", "--replicas", "2")
        self.assert_code(self.ingot("node", "restart", self.worker), 0)
        waiting.until("the kubelet is told again", lambda: self.told() == ["0::0", "0::1"], 30)
        namespace = self.namespace()
        self.start(namespace, "after")
        self.inside(namespace, "after")
        self.kubectl("delete", "pod/after", "-n", namespace, "--wait")

    def test_5_another_ones_restart_is_noticed_and_mended(self):
        self.assert_code(command.run("docker", "restart", "-t", "1", self.worker), 0)
        waiting.until("its processes run", lambda: self.shared.execute("systemctl", "is-active", "kubelet",
                                                                       node=self.worker).out == "active\n", 60)
        self.assertIn("absent", self.gpu("status", self.worker, code=1).out)
        self.gpu("reconcile")
        self.gpu("status", self.worker)
        self.assertEqual((self.told(), self.allocatable()), (["0::0", "0::1"], "2"))
        self.gpu("detach", self.worker, "0")
        helpers = ENGINE.request("GET", "/containers/json", all="1", filters=json.dumps({"label": ["dev.ingot.throw-away"]}))
        self.assertEqual([helper for helper in helpers if "agent sync" in helper["Command"]], [])

    def test_5_servers_mend_another_ones_restart_by_themselves(self):
        with Watching({**self.ingot.env, **self.gpus}, self.shared_folder) as watching:
            watching.until_holders(f"{KIND}=0", {})
            self.gpu("attach", self.worker, "0")
            ended = time.monotonic()
            told = watching.until_holders(f"{KIND}=0", {self.worker: "ready"})
            print(f"attach is told {(told - ended) * 1000:.0f} ms after the command's end,", end=" ")
            self.assertLess(told - ended, 1)
            self.assert_code(command.run("docker", "restart", "-t", "1", self.worker), 0)
            watching.until_holders(f"{KIND}=0", {self.worker: "absent"})
            watching.until_holders(f"{KIND}=0", {self.worker: "ready"})
            own = watching.until(lambda objects: [data for (kind, _), data in objects.items()
                                                  if kind == "command" and data["state"] == "Ended"])
            self.assertEqual([(data["arguments"], data["who"], data["code"]) for data in own],
                             [(["gpu", "reconcile", self.worker], "ingot serve", 0)])
            waiting.until("the kubelet is told again", lambda: self.told() == ["0"], 60)
            # Whoever starts a node gives devices to it; others that do the same meanwhile do no harm.
            beside = [command.Running(str(INGOT), "gpu", "reconcile", env={**self.ingot.env, **self.gpus})
                      for _ in range(3)]
            self.assert_code(self.ingot("node", "restart", self.worker), 0)
            for one in beside:
                one.finish()
            self.gpu("reconcile")
            mounts = self.shared.execute("grep", "-c", LIBRARY, "/proc/mounts", node=self.worker).out.strip()
            self.assertEqual(mounts, "1")
            watching.until_holders(f"{KIND}=0", {self.worker: "ready"})
            self.gpu("detach", self.worker, "0", "--force")
            ended = time.monotonic()
            told = watching.until_holders(f"{KIND}=0", {})
            print(f"detach {(told - ended) * 1000:.0f} ms", end=" ")
            self.assertLess(told - ended, 1)
            self.assertNotEqual(self.shared.execute("test", "-e", LIBRARY, node=self.worker).code, 0)

    def test_5_two_that_attach_at_once_never_share(self):
        beside = [command.Running(str(INGOT), "gpu", "attach", node, "0", env={**self.ingot.env, **self.gpus})
                  for node in (self.worker, f"{self.shared.name}-control-plane")]
        codes = sorted(one.finish().code for one in beside)
        self.assertEqual(codes, [0, 2])
        status = json.loads(self.gpu("status", "-o", "json").out)["items"]
        self.assertEqual([item["device"] for item in status], [f"{KIND}=0"])
        self.gpu("detach", status[0]["node"], "0")

    def test_6_new_nodes_get_what_is_free(self):
        result = self.ingot("node", "add", self.shared.name, "--gpus", "1", env=self.gpus)
        self.assert_code(result, 0)
        status = json.loads(self.gpu("status", f"{self.worker}2", "-o", "json").out)
        self.assertEqual([(item["device"], item["state"]) for item in status["items"]], [(f"{KIND}=0", "ready")])
        refused = self.ingot("node", "add", self.shared.name, "--gpus", "several", env=self.gpus)
        self.assert_code(refused, 2)
        refused = self.ingot("node", "add", self.shared.name, "--gpus", "1", "--gpu-replicas", "0", env=self.gpus)
        self.assert_code(refused, 2)

    def test_7_another_plugin_may_have_the_kubelet(self):
        self.worker += "2"
        self.gpu("attach", self.worker, "0", "--plugin", "none")
        self.assertEqual(json.loads(self.gpu("status", self.worker, "-o", "json").out)["items"][0]["state"], "given")
        waiting.until("the kubelet has missed the plugin", lambda: self.allocatable() == "0", 30)
        self.assertEqual(self.labels()["present"], "true")
        self.assertEqual(self.shared.execute("systemctl", "is-active", "ingot-device-plugin", node=self.worker).out, "inactive\n")
        self.gpu("attach", self.worker, "0", "--plugin", "ingot")
        self.assertEqual((self.allocatable(), self.told()), ("1", ["0"]))

    def test_8_an_api_server_takes_the_manifests_for_other_plugins(self):
        for name in ("nvidia-device-plugin", "dra-example"):
            self.kubectl("apply", "--dry-run=server", "-f", "-", stdin=(MANIFESTS / f"{name}.yaml").read_text(encoding="utf-8"))
        for name in ("gpu-operator-values", "dra-driver-values"):
            values = yaml.safe_load((MANIFESTS / f"{name}.yaml").read_text(encoding="utf-8"))
            self.assertIsInstance(values, dict, name)


if __name__ == "__main__":
    unittest.main()
