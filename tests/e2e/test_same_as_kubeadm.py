# SPDX-License-Identifier: Apache-2.0
"""The native bootstrap leaves what kind's and kubeadm's leave: what differs is listed here, with the reason.

kind (which runs kubeadm) and ingot make a cluster of the same name from the same image, one after the other, and
everything the two consist of is compared: objects, files in the nodes, containers. Then kubeadm itself is asked to work
on ingot's.
"""
import re
import shutil
import unittest

import end_state
from live import command, waiting
from live.kubectl import Kubectl
from support import IMAGE, INGOT, Scenario, SharedCluster, gone_afterwards, new_name

# (pattern of paths, why they may differ). A rule that explains nothing any more fails the test as well.
_FASTER = r"(kube-api-(qps|burst)|permit-port-sharing|election-timeout|heartbeat-interval)"
_FASTER_LINES = rf"(etcd:|local:|extraArgs:|name: {_FASTER}|value: (1000|500|true|100|20))$"
ALLOWED = [
    # Containers.
    (r"^container/.*/Config/Labels/dev\.ingot\.", "how and by which ingot it was made"),
    # Keys and certificates.
    (r"^file/.*(key|\.conf|\.pub|\.pem) pem \d+$", "keys are ECDSA P-256, kubeadm's are RSA"),
    (r"kubeadm(-config/.*|\.conf): encryptionAlgorithm: ", "the same, for the next kubeadm"),
    (r"^file/.*/pki/kubelet-client-(<time>|ingot|current)\.pem", "kubelet's first client certificate is not asked for"),
    (r"^object/CertificateSigningRequest ", "kubelet's first client certificate is not asked for"),
    (r"^file/.*/pki/kubelet\.crt pem 1$", "kubelet's serving certificate is its own affair"),
    (r"^file/worker:/etc/kubernetes/kubelet\.conf: ", "kubeadm gives other names inside to what it gets by joining"),
    # What makes it faster.
    (rf"^file/control-plane:/etc/kubernetes/manifests/\S+\.yaml: --{_FASTER}=",
     "no throttling, no waiting for a port or for an election with one candidate"),
    (rf"^file/control-plane:/kind/kubeadm\.conf: {_FASTER_LINES}", "the same, for kubeadm"),
    (rf"^object/ConfigMap kube-system/kubeadm-config/.*: {_FASTER_LINES}",
     "the same, for the next kubeadm"),
    (r"^object/Pod kube-system/(etcd|kube-apiserver|kube-controller-manager)-.*/command\[\d+\]$", "the same, running"),
    (r"minSyncPeriod: ", "services' rules need not wait for a second after the first ones"),
    (r"^object/.* kube-system/coredns.*/readinessProbe/periodSeconds$",
     "kubelet sleeps a random part of the period before the first probe"),
    # The rest.
    (r": failCgroupV1: false$", "the node image lets kubelet start on cgroup v1 by itself, ingot on every image"),
    (r"^file/worker:/kind/kubeadm\.conf", "a native worker does not join by kubeadm"),
    (r"/annotations/kubectl\.kubernetes\.io/last-applied-configuration", "ingot does not apply with kubectl"),
]
# What may differ on some machines and need not: these rules may explain nothing.
SOMETIMES = [
    (r"^container/.*/Config/Env/KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER$",
     "some engines' clients pass on the name of a variable that is not set"),
    (r"^container/.*/Config/Entrypoint\[", "on a network where addresses cannot be chosen, a node waits for its files"),
]


def explain(path):
    return next((index for index, (pattern, _) in enumerate(ALLOWED + SOMETIMES) if re.search(pattern, path)), None)


class Comparison(Scenario):
    """Of a cluster that kind makes with one that ingot makes; its tests call compare()."""

    def snapshot(self, name):
        kubectl = Kubectl(name, self.ingot.kubeconfig, INGOT)
        kubectl.wait("node", "condition=Ready", "--all")
        waiting.until("nodes have lost the taint of those that are not ready",
                      lambda: not any("not-ready" in taint["key"] for node in kubectl.items("nodes")
                                      for taint in node["spec"].get("taints", [])), 30)
        # kubelet shows a static pod again after its startup probe, if it could not the first time.
        waiting.until("the control plane's pods are shown",
                      lambda: len(kubectl.items("pods", "-n", "kube-system", "-l", "tier=control-plane")) == 4, 90)
        kubectl.wait("deployment", "condition=Available", "-A", "--all")
        kubectl("rollout", "status", "daemonset", "-n", "kube-system", "--timeout=60s")
        if "flannel" in kubectl.run("get", "daemonsets", "-n", "kube-system", "-o", "yaml").out:
            waiting.until("the network's daemon has written to every node", lambda: self.has_flannel(kubectl), 30)
        return end_state.Snapshot(name, kubectl)

    def has_flannel(self, kubectl):
        return all(any("flannel" in key for key in node["metadata"].get("annotations", {}))
                   for node in kubectl.items("nodes"))

    def kinds_snapshot(self, name, config, network):
        with gone_afterwards(name):
            command.succeed("kind", "create", "cluster", "--name", name, "--image", IMAGE, "--config", str(config),
                            "--wait", "120s", env={**self.ingot.env, "KIND_EXPERIMENTAL_DOCKER_NETWORK": network})
            snapshot = self.snapshot(name)
            command.succeed("kind", "delete", "cluster", "--name", name, env=self.ingot.env)
        return snapshot

    def compare(self, networking="", network="kind"):
        """The paths that differ, all of them explained by rules, for a control plane and a worker."""
        self.assertTrue(shutil.which("kind"), "kind is not on PATH; tools/kind-for-tests installs it")
        config = self.folder / "kind.yaml"
        config.write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n"
                          "- role: worker\n" + networking, encoding="utf-8")
        name = new_name()
        kinds = self.kinds_snapshot(name, config, network)
        with self.cluster("-f", str(config), "--network", network, "--bootstrap", "native", name=name):
            ours = self.snapshot(name)
        found = end_state.differences(kinds, ours)
        unexplained = {path: pair for path, pair in found.items() if explain(path) is None}
        if unexplained:
            self.fail("".join(f"\n{path}\n  kind:  {left}\n  ingot: {right}"
                              for path, (left, right) in unexplained.items()))
        return found


class EndState(Comparison):
    def test_one_control_plane_and_one_worker(self):
        used = {explain(path) for path in self.compare()}
        self.assertEqual([ALLOWED[index] for index in range(len(ALLOWED)) if index not in used], [],
                         "rules that explain nothing")


class KubeadmOnNative(SharedCluster):
    options = ("--bootstrap", "native")

    def kubeadm(self, *arguments):
        result = self.shared.execute("kubeadm", *arguments)
        self.assert_code(result, 0)
        return result.out

    def test_token_create_prints_a_join_command(self):
        printed = self.kubeadm("token", "create", "--print-join-command")
        self.assertRegex(printed, rf"kubeadm join {self.shared.control_plane}:6443 --token \S+ "
                                  r"--discovery-token-ca-cert-hash sha256:[0-9a-f]{64}")

    def test_certs_check_expiration_knows_every_certificate(self):
        printed = self.kubeadm("certs", "check-expiration")
        for name in ("admin.conf", "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client",
                     "controller-manager.conf", "etcd-healthcheck-client", "etcd-peer", "etcd-server",
                     "front-proxy-client", "scheduler.conf", "super-admin.conf", "ca", "etcd-ca", "front-proxy-ca"):
            self.assertRegex(printed, rf"(?m)^{re.escape(name)}\s+\w{{3}} \d\d, \d{{4}}", f"no date for {name}")

    def test_certs_can_be_renewed(self):
        self.kubeadm("certs", "renew", "apiserver-kubelet-client")

    def test_upgrade_plan_finds_a_healthy_cluster(self):
        version = self.shared.execute("cat", "/kind/version").out.strip()
        printed = self.kubeadm("upgrade", "plan", version)
        self.assertIn(version, printed)

    def test_config_can_be_read_back(self):
        printed = self.shared.kubectl("get", "configmap/kubeadm-config", "-n", "kube-system",
                                      "-o", "jsonpath={.data.ClusterConfiguration}")
        self.assertIn(f"controlPlaneEndpoint: {self.shared.control_plane}:6443", printed)


class JoinByKubeadm(Scenario):
    """A node that ingot did not bootstrap joins by kubeadm's own means."""

    def test_a_worker_joins_with_a_new_token(self):
        with self.cluster("--workers", "1", "--bootstrap", "native") as cluster:
            worker = f"{cluster.name}-worker"
            join = cluster.execute("kubeadm", "token", "create", "--print-join-command").out.split()
            cluster.kubectl("delete", f"node/{worker}")
            self.assert_code(cluster.execute("kubeadm", "reset", "--force", node=worker), 0)
            self.assert_code(cluster.execute(*join, "--ignore-preflight-errors=all", node=worker), 0)
            cluster.kubectl.wait(f"node/{worker}", "create")
            cluster.kubectl.wait(f"node/{worker}", "condition=Ready")


if __name__ == "__main__":
    unittest.main()
