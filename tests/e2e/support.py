# SPDX-License-Identifier: Apache-2.0
"""What every scenario needs: ingot, clusters that are gone when the test is over, and logs of what failed.

From the environment: INGOT (the binary), INGOT_NODE_IMAGE, INGOT_TEST_ARTIFACTS (a folder for logs of failures).
"""
import contextlib
import itertools
import os
import pathlib
import shutil
import tempfile
import unittest

from live import artifacts, cluster_dns, command
from live.engine import Engine
from live.kubectl import Kubectl

INGOT = pathlib.Path(os.environ.get("INGOT") or shutil.which("ingot") or "ingot")
IMAGE = os.environ.get("INGOT_NODE_IMAGE") or "ingot/node:v1.36.3"
ARTIFACTS = os.environ.get("INGOT_TEST_ARTIFACTS")
PAUSE = "registry.k8s.io/pause:3.10"
ENGINE = Engine()

HAS_IPV6 = pathlib.Path("/proc/sys/net/ipv6/conf/all/disable_ipv6")
needs_ipv6 = unittest.skipUnless(HAS_IPV6.exists() and HAS_IPV6.read_text(encoding="ascii").strip() == "0",
                                 "this machine's kernel has no IPv6")

_counter = itertools.count(1)


def new_name():
    """A cluster name that nobody else uses."""
    return f"e2e-{os.getpid()}-{next(_counter)}"


class Ingot:
    """The binary with a kubeconfig of its own. Calls give a command.Result; nothing is expected of it."""

    def __init__(self, kubeconfig):
        self.kubeconfig = pathlib.Path(kubeconfig)
        self.env = {"KUBECONFIG": str(kubeconfig), "XDG_CONFIG_HOME": str(self.kubeconfig.parent),
                    "XDG_STATE_HOME": str(self.kubeconfig.parent), "XDG_DATA_HOME": str(self.kubeconfig.parent / "data")}
        self.calls = []

    def __call__(self, *arguments, **how):
        result = command.run(str(INGOT), *arguments, env={**self.env, **how.pop("env", {})}, **how)
        self.calls.append(result)
        return result

    def create(self, name, *options, **how):
        return self("cluster", "create", name, "--image", IMAGE, *options, **how)

    def delete(self, name):
        return self("cluster", "delete", name, "--yes")

    def start_create(self, name, *options):
        """A create that runs beside the test and tells its events as JSON."""
        return command.Running(str(INGOT), "cluster", "create", name, "--image", IMAGE, "--progress", "json", *options,
                               env=self.env)


class Cluster:
    def __init__(self, name, ingot, created):
        self.name = name
        self.ingot = ingot
        self.created = created
        self.kubectl = Kubectl(name, ingot.kubeconfig, INGOT)
        self.control_plane = f"{name}-control-plane"

    def execute(self, *program, node=None):
        return command.run("docker", "exec", node or self.control_plane, *program)

    def resolve(self, server, name, kind="A", seconds=1):
        """What `server` answers for `name`, asked once from the control plane's network namespace."""
        return cluster_dns.ask(ENGINE.pid(self.control_plane), server, name, kind, seconds)

    def keep_logs(self, title):
        if not ARTIFACTS:
            return
        folder = pathlib.Path(ARTIFACTS) / title / self.name
        artifacts.collect(folder, ENGINE, self.name, self.kubectl)
        (folder / "ingot.txt").write_text("\n".join(map(str, self.ingot.calls)), encoding="utf-8")


@contextlib.contextmanager
def gone_afterwards(name):
    """Whatever carries the cluster's name is removed at the end."""
    try:
        yield name
    finally:
        ENGINE.remove([container["Id"] for container in ENGINE.containers(name)])


@contextlib.contextmanager
def new_cluster(ingot, title, *options, name=None):
    """A Cluster that ingot created and deletes again, both checked; its logs are kept when the block fails."""
    name = name or new_name()
    with gone_afterwards(name):
        cluster = Cluster(name, ingot, None)
        try:
            # What a failed create made is worth a look, where somebody is going to look.
            cluster.created = ingot.create(name, *options, *(["--keep-on-failure"] if ARTIFACTS else []))
            if cluster.created.code != 0:
                raise command.Failed(cluster.created)
            yield cluster
        except BaseException:
            cluster.keep_logs(title)
            raise
        deleted = ingot.delete(name)
        if deleted.code != 0 or ENGINE.nodes(name):
            raise command.Failed(deleted)


class Scenario(unittest.TestCase):
    """A test with a folder, an ingot and as many clusters as it likes."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-e2e-")))
        self.ingot = Ingot(self.folder / "kubeconfig")

    def cluster(self, *options, name=None):
        return new_cluster(self.ingot, self.id(), *options, name=name)

    def assert_code(self, result, code):
        self.assertEqual(result.code, code, str(result))

    def assert_nothing_left(self, name):
        self.assertEqual(ENGINE.nodes(name), [], f"containers of cluster {name} are left")


class SharedCluster(Scenario):
    """Tests that only read, or keep to a namespace of their own, on one cluster."""

    options = ()
    shared = None

    @classmethod
    def setUpClass(cls):
        cls.shared_folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="ingot-e2e-")))
        ingot = Ingot(cls.shared_folder / "kubeconfig")
        name = new_name()
        cls.shared = cls.enterClassContext(new_cluster(ingot, cls.__qualname__, *cls.prepare(name), name=name))

    @classmethod
    def prepare(cls, name):
        """The options of the create, for classes that need the name or `shared_folder` to say them."""
        return cls.options

    def setUp(self):
        super().setUp()
        self.ingot = self.shared.ingot
        self.kubectl = self.shared.kubectl

    def run(self, result=None):
        result = result if result is not None else self.defaultTestResult()
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            self.shared.keep_logs(self.id())
        return result

    def namespace(self):
        """A new namespace in which pods can be created, removed after the test."""
        name = f"test-{next(_counter)}"
        self.kubectl("create", "namespace", name)
        self.addCleanup(self.kubectl.run, "delete", "namespace", name, "--wait=false")
        self.kubectl.wait("serviceaccount/default", "create", "-n", name, seconds=30)
        return name
