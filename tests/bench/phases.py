# SPDX-License-Identifier: Apache-2.0
"""When a new cluster is usable, in the phases of minikube's time-to-k8s. Seconds from the start of `create`:

cmd     the create command returned
ready   every node is Ready
app     a one-replica Deployment, created after the command returned, is Available
dns     kubernetes.default answers at the cluster DNS address, asked from the control plane's network namespace
useful  the last of these; ready, app and dns are watched side by side from the moment the command returns
"""
import concurrent.futures
import json
import time

from live import cluster_dns, waiting
from live.kubectl import nodes_ready

LIMIT = 240
APP_IMAGE = "registry.k8s.io/pause:3.10"

APP = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "app"},
    "spec": {
        "selector": {"matchLabels": {"app": "app"}},
        "template": {
            "metadata": {"labels": {"app": "app"}},
            "spec": {"containers": [{"name": "app", "image": APP_IMAGE, "imagePullPolicy": "Never"}]},
        },
    },
}


def _ready(kubectl):
    def met():
        answer = kubectl.run("get", "nodes", "-o", "json")
        return answer.code == 0 and nodes_ready(json.loads(answer.out)["items"])
    waiting.until("every node is Ready", met, LIMIT)


def _app(kubectl):
    def applied():
        try:
            kubectl.apply(APP)
            return True
        except AssertionError:
            return False
    waiting.until("the Deployment is accepted", applied, LIMIT)
    kubectl.wait("deployment/app", "condition=Available", seconds=LIMIT)


def _dns(kubectl, pid):
    def answered():
        service = kubectl.run("-n", "kube-system", "get", "service", "kube-dns", "-o", "jsonpath={.spec.clusterIP}")
        return service.code == 0 and cluster_dns.ask(pid, service.out, "kubernetes.default.svc.cluster.local")
    waiting.until("the cluster's DNS answers", answered, LIMIT)


def watch_phases(created, kubectl, control_plane_pid):
    """The phases of a cluster whose create command was `created` (a ClientRun)."""
    def timed(phase, *arguments):
        phase(*arguments)
        return time.monotonic() - created.begin

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        watched = {"ready": pool.submit(timed, _ready, kubectl),
                   "app": pool.submit(timed, _app, kubectl),
                   "dns": pool.submit(timed, _dns, kubectl, control_plane_pid)}
        at = {"cmd": created.seconds, **{name: one.result() for name, one in watched.items()}}
    return {**at, "useful": max(at.values())}
