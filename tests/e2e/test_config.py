# SPDX-License-Identifier: Apache-2.0
"""A cluster file means to ingot what it means to kind, and ingot's own file says more."""
import json
import os
import pathlib
import re
import tomllib
import unittest

import yaml

from live import command
from support import ENGINE, IMAGE, Scenario, SharedCluster, gone_afterwards, new_name

DATA = pathlib.Path(__file__).parents[1] / "data" / "config"
CONTAINERD = "/etc/containerd/config.toml"

# What kind accepts at first, so that it is the engine, kubelet or kubeadm that fails later, or nobody does what the
# file asks for. docs/cluster-file.md has the reasons.
REFUSED_BY_US_ALONE = {
    "invalid-containerd-patches": "kind reads them when the nodes run",
    "invalid-labels": "kubelet refuses them",
    "invalid-mounts": "the engine refuses them",
    "invalid-name-ends": "the engine or kubelet refuse it",
    "invalid-name-too-long": "the engine or kubelet refuse it",
    "invalid-patches": "kind reads them when the nodes run, or drops them",
    "invalid-subnets-large": "kubeadm refuses them",
    "invalid-subnets-overlap": "no address may mean two things",
    "invalid-subnets-small": "kubeadm refuses them",
}


class Verdicts(Scenario):
    """kind runs with an engine that knows no networks: a file that it gets there with is one that it accepts."""

    ENGINE = """#!/bin/sh
case "$1" in
info) echo '{"SecurityOptions":[],"CgroupDriver":"cgroupfs","CgroupVersion":"2","MemoryLimit":true,"PidsLimit":true,"CPUShares":true}' ;;
-v) echo 'Docker version 27.0.0, build x' ;;
network) echo REACHED-THE-NETWORK >&2; exit 1 ;;
esac
"""

    def setUp(self):
        super().setUp()
        docker = self.folder / "bin" / "docker"
        docker.parent.mkdir()
        docker.write_text(self.ENGINE, encoding="ascii")
        docker.chmod(0o755)

    def kind_accepts(self, path):
        result = command.run("kind", "create", "cluster", "--config", str(path),
                             env={"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
                                  "KIND_EXPERIMENTAL_PROVIDER": "docker", "KUBECONFIG": str(self.folder / "unused")})
        self.assertEqual(result.code, 1, str(result))
        self.assertTrue("REACHED-THE-NETWORK" in result.err or "failed to create cluster" in result.err, str(result))
        return "REACHED-THE-NETWORK" in result.err

    def test_both_accept_and_refuse_the_same_files(self):
        different = set()
        files = [path for path in sorted(DATA.glob("*.yaml")) if "apiVersion: ingot/" not in
                 path.read_text(encoding="utf-8", errors="replace")]
        self.assertGreater(len(files), 40)
        for path in files:
            ours = self.ingot("config", "validate", str(path))
            self.assertIn(ours.code, (0, 2), str(ours))
            if self.kind_accepts(path) != (ours.code == 0):
                different.add(path.stem)
        self.assertEqual(different, REFUSED_BY_US_ALONE.keys() & {path.stem for path in files})


def without(items, names):
    return [item for item in items if item["name"] not in names]


class SameAsKind(Scenario):
    """One file, a cluster by kind and one by ingot, and what is in their nodes."""

    # What ingot adds to kubeadm's configuration for speed (docs/fast-boot.md).
    FOR_SPEED = {"kube-api-burst", "kube-api-qps", "election-timeout", "heartbeat-interval"}

    def file(self):
        (self.folder / "mounted").mkdir()
        path = self.folder / "cluster.yaml"
        path.write_text(yaml.safe_dump({
            "kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",
            "networking": {"dnsSearch": ["one.example", "two.example"], "podSubnet": "10.66.0.0/16"},
            "containerdConfigPatches": [
                "version = 2\n[debug]\n  level = 'error'\n",
                "[plugins.'io.containerd.cri.v1.images'.registry]\n  config_path = '/etc/elsewhere'\n",
                "[debug]\n  level = 'warn'\n",
            ],
            "containerdConfigPatchesJSON6902": ['[{"op": "add", "path": "/debug/format", "value": "json"}]'],
            "kubeadmConfigPatches": [
                "kind: ClusterConfiguration\napiServer:\n  certSANs: [extra.example]\n  extraArgs:\n    v: '3'\n"
                "---\nkind: KubeletConfiguration\nmaxPods: 42\n",
                "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nclusterName: never\n"],
            "nodes": [{
                "role": "control-plane",
                "labels": {"tier": "front", "example.org/zone": "a"},
                "extraMounts": [{"hostPath": "mounted", "containerPath": "/mounted", "readOnly": True},
                                {"containerPath": "/here"}],
                "extraPortMappings": [{"containerPort": 80, "listenAddress": "127.0.0.1"},
                                      {"containerPort": 53, "hostPort": -1, "protocol": "udp"}],
                "kubeadmConfigPatches": [
                    "kind: InitConfiguration\nnodeRegistration:\n  kubeletExtraArgs:\n    v: '4'\n"],
                "kubeadmConfigPatchesJSON6902": [
                    {"group": "kubelet.config.k8s.io", "version": "v1beta1", "kind": "KubeletConfiguration",
                     "patch": "- {op: replace, path: /maxPods, value: 43}"}],
            }]}), encoding="utf-8")
        return path

    def read(self, name, path):
        return command.succeed("docker", "exec", f"{name}-control-plane", "cat", path).out.replace(name, "CLUSTER")

    def kubeadm(self, name):
        """The documents by kind, without what may differ: addresses, and what ingot adds."""
        text = re.sub(r"\b(\d+\.){3}\d+\b(?!/)", "ADDRESS", self.read(name, "/kind/kubeadm.conf"))
        documents = {document["kind"]: document for document in yaml.safe_load_all(text)}
        cluster = documents["ClusterConfiguration"]
        cluster["scheduler"]["extraArgs"] = cluster["scheduler"]["extraArgs"] or []  # kind writes a null
        manager = cluster["controllerManager"]
        manager["extraArgs"] = without(manager["extraArgs"], self.FOR_SPEED)
        for args in (cluster["apiServer"]["extraArgs"], manager["extraArgs"]):
            args.sort(key=lambda arg: arg["name"])
        for document in ("InitConfiguration", "JoinConfiguration"):
            for arg in documents[document]["nodeRegistration"]["kubeletExtraArgs"]:
                if arg["name"] == "node-labels":  # kind writes them in the order of Go's maps: any
                    arg["value"] = sorted(arg["value"].split(","))
        # Where the machine has cgroup v1 still, kubelet 1.35 and later would not start without.
        documents["KubeletConfiguration"].pop("failCgroupV1", None)
        etcd = cluster.pop("etcd", {"local": {"extraArgs": []}})["local"]["extraArgs"]
        self.assertEqual(without(etcd, self.FOR_SPEED), [])
        return documents

    def container(self, name):
        info = ENGINE.inspect(f"{name}-control-plane")
        host, config = info["HostConfig"], info["Config"]
        ports = {port: [(one["HostIp"], one["HostPort"] not in ("", "0")) for one in bindings]
                 for port, bindings in host["PortBindings"].items()}
        told = {
            "host": {key: host.get(key) or None for key in (
                "NetworkMode", "Privileged", "SecurityOpt", "Tmpfs", "RestartPolicy", "CgroupnsMode", "Init", "Devices",
                "Ulimits", "Sysctls", "UsernsMode", "CapAdd", "CapDrop", "Dns", "DnsSearch", "ExtraHosts", "Memory",
                "NanoCpus", "PidsLimit", "ReadonlyRootfs", "ShmSize")},
            "binds": sorted(host["Binds"]),
            "ports": ports,
            # The docker client takes kind's "-e NAME" of a variable that is not set for one without a value.
            "env": sorted(variable for variable in config["Env"] if "=" in variable),
            "labels": {key: value for key, value in config["Labels"].items() if not key.startswith("dev.ingot.")},
            "config": {key: config.get(key) for key in (
                "Hostname", "Tty", "OpenStdin", "Volumes", "ExposedPorts", "Entrypoint", "Cmd", "User", "WorkingDir",
                "Image", "StopSignal")},
        }
        return json.loads(json.dumps(told).replace(name, "CLUSTER"))

    def test_it_is_the_same_in_every_node(self):
        path = self.file()
        with gone_afterwards(new_name()) as theirs:
            command.succeed("kind", "create", "cluster", "--name", theirs, "--image", IMAGE, "--config", str(path),
                            env=self.ingot.env, cwd=self.folder)
            name = new_name()
            with gone_afterwards(name):
                made = self.ingot.create(name, "-f", str(path), "--no-wait", cwd=self.folder)
                self.assert_code(made, 0)
                kinds, ours = (tomllib.loads(self.read(one, CONTAINERD)) for one in (theirs, name))
                self.assertEqual(ours, kinds)
                self.assertEqual(ours["debug"], {"level": "warn", "format": "json"})
                self.assertEqual(self.kubeadm(name), self.kubeadm(theirs))
                self.assertEqual(self.container(name), self.container(theirs))
                self.assertEqual(self.read(name, "/etc/resolv.conf"), self.read(theirs, "/etc/resolv.conf"))
                for one in (theirs, name):
                    self.assertIn("search one.example two.example", self.read(one, "/etc/resolv.conf"))
                    running = command.succeed("docker", "exec", f"{one}-control-plane", "containerd", "config", "dump")
                    self.assertIn("/etc/elsewhere", running.out)


class OursSaysMore(SharedCluster):
    """ingot/v1alpha1, on the native way, with containerd patched before it first ran."""

    @classmethod
    def prepare(cls, name):
        path = cls.shared_folder / "cluster.yaml"
        path.write_text(yaml.safe_dump({
            "kind": "Cluster", "apiVersion": "ingot/v1alpha1", "name": name,
            "containerdConfigPatches": ["[debug]\n  level = 'warn'\n"],
            "nodes": [{"role": "control-plane",
                       "env": {"GREETING": "hello world"},
                       "devices": [{"hostPath": "/dev/null", "containerPath": "/dev/ingot-null", "permissions": "rw"}],
                       "ulimits": [{"name": "core", "soft": 12345, "hard": 23456}]}]}), encoding="utf-8")
        return ("-f", str(path))

    def test_variables_reach_the_node(self):
        self.assertEqual(self.shared.execute("sh", "-c", 'printf %s "$GREETING"').out, "hello world")

    def test_a_device_is_in_the_node(self):
        self.assertEqual(self.shared.execute("stat", "-c", "%F %t,%T", "/dev/ingot-null").out.strip(),
                         "character special file 1,3")

    def test_limits_hold_for_the_nodes_first_process(self):
        limits = self.shared.execute("cat", "/proc/1/limits").out
        self.assertRegex(limits, r"Max core file size +12345 +23456 ")
        host = ENGINE.inspect(self.shared.control_plane)["HostConfig"]
        self.assertEqual(host["Ulimits"], [{"Name": "core", "Hard": 23456, "Soft": 12345}])

    def test_containerd_never_ran_with_another_configuration(self):
        self.assertEqual(self.shared.execute("containerd", "config", "dump").out.count("level = 'warn'"), 1)
        starts = self.shared.execute("journalctl", "-u", "containerd", "-o", "cat").out
        self.assertEqual(starts.count("Started containerd.service"), 1, starts)
        self.assertNotIn("bootstrapped by kubeadm", self.shared.created.err)

    def test_gpus_that_the_machine_lacks_are_refused_by_name(self):
        path = self.shared_folder / "gpus.yaml"
        path.write_text("apiVersion: ingot/v1alpha1\nkind: Cluster\nnodes:\n- {gpus: vendor.invalid/gpu=0}\n",
                        encoding="ascii")
        name = new_name()
        refused = self.ingot.create(name, "-f", str(path))
        self.assert_code(refused, 2)
        self.assertIn("vendor.invalid/gpu=0", refused.err)
        self.assert_nothing_left(name)


if __name__ == "__main__":
    unittest.main()
