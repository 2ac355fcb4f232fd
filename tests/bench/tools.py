# SPDX-License-Identifier: Apache-2.0
"""The programs that are compared, each behind the same three verbs, and the engine they share."""
import json
import os
import pathlib
import time

from client import run_client
from live.kubectl import Kubectl
from phases import watch_phases

SETTLE = 3.0  # seconds of rest before each create, so that no run pays for the one before


class Tool:
    def __init__(self, name, program, engine, folder):
        self.name = name
        self.program = str(program)
        self.engine = engine
        self.folder = pathlib.Path(folder)
        self.kubeconfig = self.folder / f"{name}.kubeconfig"
        self.env = {"KUBECONFIG": str(self.kubeconfig)}

    def create(self, cluster, workers, image):
        time.sleep(SETTLE)
        return run_client(self.create_command(cluster, workers, image), self.env)

    def delete(self, cluster):
        return run_client(self.delete_command(cluster), self.env)

    def measure(self, cluster, workers, image):
        """One row of figures: create a cluster, watch it get useful, delete it."""
        try:
            created = self.create(cluster, workers, image)
            kubectl = Kubectl(cluster, self.kubeconfig, self.program)
            row = watch_phases(created, kubectl, self.engine.pid(f"{cluster}-control-plane"))
            deleted = self.delete(cluster)
        finally:
            self.engine.remove([one["Id"] for one in self.engine.containers(cluster)])
        return {**row, "cpu": created.cpu, "rss": created.peak_mib, "delete": deleted.seconds,
                "delete cpu": deleted.cpu, "output": created.output}


class Kind(Tool):
    def create_command(self, cluster, workers, image):
        roles = ["control-plane"] + ["worker"] * workers
        config = self.folder / "kind.json"
        config.write_text(json.dumps({"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4",
                                      "nodes": [{"role": role} for role in roles]}))
        return [self.program, "create", "cluster", "--name", cluster, "--image", image, "--config", str(config)]

    def delete_command(self, cluster):
        return [self.program, "delete", "cluster", "--name", cluster]


class Ingot(Tool):
    def create_command(self, cluster, workers, image):
        return [self.program, "cluster", "create", cluster, "--workers", str(workers), "--image", image,
                "--progress", "json"]

    def delete_command(self, cluster):
        return [self.program, "cluster", "delete", cluster, "--yes"]

    def engine_removal(self, cluster, workers, image):
        """Seconds that the engine itself needs to remove such a cluster's containers and volumes."""
        try:
            self.create(cluster, workers, image)
            nodes = [one["Id"] for one in self.engine.containers(cluster)]
            begin = time.monotonic()
            self.engine.remove(nodes)
            seconds = time.monotonic() - begin
        finally:
            self.delete(cluster)  # its kubeconfig entries are left
        return seconds


def find_ingot():
    """The binary to measure: $INGOT, else the release build of this source tree."""
    source = pathlib.Path(__file__).resolve().parents[2]
    return pathlib.Path(os.environ.get("INGOT") or source / "build/release/ingot")
