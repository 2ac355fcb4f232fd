# SPDX-License-Identifier: Apache-2.0
"""The container engine's API over its unix socket, as far as tests need it."""
import concurrent.futures
import contextlib
import http.client
import io
import json
import os
import pathlib
import socket
import tarfile
import threading
import urllib.parse

from live import waiting

CLUSTER_LABEL = "io.x-k8s.kind.cluster"
NO_EXIT_EVENT = "did not receive an exit event"


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


@contextlib.contextmanager
def thawing(container_id):
    """What ingot does, too, while something is to end (lib/node/thaw.hpp tells why)."""
    def thaw():
        for state in pathlib.Path("/sys/fs/cgroup/freezer").glob(f"**/*{container_id}*/**/freezer.state"):
            state.write_text("THAWED", encoding="ascii")

    timer = threading.Timer(2, thaw)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Engine:
    def __init__(self, address=None):
        host = address or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
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

    def import_image(self, name, *files):
        """Makes an image of these files of this machine, each at its own path; without any, of one empty file."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w", dereference=True) as tar:
            tar.addfile(tarfile.TarInfo("empty"))
            for file in files:
                tar.add(file, file.lstrip("/"))
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

    def kill(self, *containers):
        """Ends them by SIGKILL, all at once, and returns when the engine calls them so.

        Docker waits twelve seconds for it and then refuses (its daemon/kill.go); on a busy machine a node takes longer,
        and ends all the same. What a kill ended is not started again by the engine.
        """
        self._of_each(self._kill, containers)

    def _kill(self, container):
        with thawing(self.inspect(container)["Id"]):
            try:
                self.request("POST", f"/containers/{container}/kill")
            except Refused as refusal:
                if NO_EXIT_EVENT not in str(refusal):
                    raise
            waiting.until(f"{container} has ended", lambda: self.inspect(container)["State"]["Status"] == "exited")

    def remove(self, containers):
        """Removes containers, told by their ids, by force, with their volumes, all at once."""
        self._of_each(self._remove, containers)

    def _remove(self, container_id):
        with thawing(container_id):
            self.request("DELETE", f"/containers/{container_id}", force="1", v="1")

    @staticmethod
    def _of_each(act, containers):
        if containers:
            with concurrent.futures.ThreadPoolExecutor(len(containers)) as pool:
                list(pool.map(act, containers))

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
