# SPDX-License-Identifier: Apache-2.0
"""The container engine's API over its unix socket, as far as tests need it."""
import concurrent.futures
import http.client
import io
import json
import os
import pathlib
import socket
import tarfile
import threading
import urllib.parse

CLUSTER_LABEL = "io.x-k8s.kind.cluster"


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"the engine answered {status}: {body}")
        self.status = status


class _Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("engine")
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def thaw(container):
    for state in pathlib.Path("/sys/fs/cgroup/freezer").glob(f"**/*{container}*/**/freezer.state"):
        state.write_text("THAWED", encoding="ascii")


class Engine:
    def __init__(self):
        host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
        self.socket = host.removeprefix("unix://")

    def request(self, method, path, body=None, **query):
        connection = _Connection(self.socket)
        try:
            raw = isinstance(body, bytes)
            connection.request(method, path + "?" + urllib.parse.urlencode(query),
                               body=body if raw or body is None else json.dumps(body),
                               headers={"Content-Type": "application/x-tar" if raw else "application/json"})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        if response.status >= 400:
            raise Refused(response.status, text)
        return json.loads(text) if text else None

    def containers(self, cluster=None):
        """All containers of a cluster, running or not; of every cluster when none is named."""
        label = CLUSTER_LABEL if cluster is None else f"{CLUSTER_LABEL}={cluster}"
        return self.request("GET", "/containers/json", all="1", filters=json.dumps({"label": [label]}))

    def nodes(self, cluster):
        return sorted(container["Names"][0].lstrip("/") for container in self.containers(cluster))

    def inspect(self, container):
        return self.request("GET", f"/containers/{container}/json")

    def pid(self, container):
        return self.inspect(container)["State"]["Pid"]

    def has_image(self, image):
        try:
            self.request("GET", f"/images/{image}/json")
        except Refused as refusal:
            if refusal.status == 404:
                return False
            raise
        return True

    def import_image(self, name):
        """Makes an image of one empty file."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("empty"))
        repository, tag = name.rsplit(":", 1)
        self.request("POST", "/images/create", archive.getvalue(), fromSrc="-", repo=repository, tag=tag)

    def load_image(self, archive):
        self.request("POST", "/images/load", archive)

    def tag_image(self, image, name):
        repository, tag = name.rsplit(":", 1)
        self.request("POST", f"/images/{image}/tag", repo=repository, tag=tag)

    def remove_image(self, name):
        try:
            self.request("DELETE", f"/images/{name}")
        except Refused as refusal:
            if refusal.status != 404:
                raise

    def remove(self, containers):
        """Removes containers by force, with their volumes, all at once."""
        if not containers:
            return
        with concurrent.futures.ThreadPoolExecutor(len(containers)) as pool:
            list(pool.map(self._remove, containers))

    def _remove(self, container):
        # What ingot does, too (lib/node/thaw.hpp tells why).
        thawing = threading.Timer(2, thaw, (container,))
        thawing.start()
        try:
            self.request("DELETE", f"/containers/{container}", force="1", v="1")
        finally:
            thawing.cancel()

    def volumes_of(self, cluster):
        """Names of the volumes that a cluster's containers use now."""
        return {mount["Name"] for container in self.containers(cluster) for mount in container["Mounts"]
                if mount["Type"] == "volume"}

    def volumes(self):
        return {volume["Name"] for volume in self.request("GET", "/volumes")["Volumes"] or []}

    def networks(self, name):
        found = self.request("GET", "/networks", filters=json.dumps({"name": [name]}))
        return [network for network in found if network["Name"] == name]

    def create_network(self, name):
        self.request("POST", "/networks/create", {"Name": name, "Driver": "bridge"})

    def remove_network(self, name):
        for network in self.networks(name):
            self.request("DELETE", f"/networks/{network['Id']}")
