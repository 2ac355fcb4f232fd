# SPDX-License-Identifier: Apache-2.0
"""NVIDIA's GPUs from a machine that has nothing but their driver to a pod that computes. Once with stand-ins for kernel and
driver, on any machine; and where there is such a GPU, with it: then these are the checks of what only hardware can show."""
import json
import os
import pathlib
import re
import sysconfig
import tempfile
import unittest

from live import command
from live.nvidia_machine import NvidiaMachine
from support import ENGINE, IMAGE, gone_afterwards, new_name
from there import ClusterThere, IngotThere

KIND = "nvidia.com/gpu"
CHECK = "ingot-cuda-check:1"
SOURCE = pathlib.Path(__file__).resolve().parents[1] / "live" / "cuda_check.c"
PARAMETERS = "/proc/driver/nvidia/params"


class ThisMachine:
    """The one with the GPUs, as live/machine.py has others."""
    engine = ENGINE
    env = {}
    inside = on_its_network = ()

    def take_image(self, image):
        """It is there."""


class Checks:
    """For a class with a `machine`."""

    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-e2e-")))
        self.ingot = IngotThere(self.machine, folder / "kubeconfig")
        self.program = folder / "cuda-check"
        command.succeed("cc", "-o", str(self.program), str(SOURCE), "-ldl")

    def here(self, *program):
        return command.succeed(*self.machine.inside, *program, env=self.machine.env).out

    def gpu(self, *words):
        result = self.ingot("gpu", *words)
        self.assertEqual(result.code, 0, str(result))
        return result.out

    def whole(self):
        """GPUs that are not divided."""
        items = json.loads(self.gpu("list", "-o", "json"))["items"]
        return [item for item in items if item["uuid"].startswith("GPU-")]

    def listed(self):
        """UUID, place and memory, as nvidia-smi says it."""
        return {item["uuid"]: (item["gpu"]["pci"], item["gpu"]["memoryBytes"] >> 20) for item in self.whole()}

    def told_by_the_driver(self):
        lines = self.here("nvidia-smi", "--query-gpu=uuid,pci.bus_id,memory.total", "--format=csv,noheader,nounits")
        told = (re.split(r",\s*", line) for line in lines.splitlines())
        # nvidia-smi counts PCI domains with eight digits, the kernel with four.
        return {uuid: (pci.lower().removeprefix("0000"), int(memory)) for uuid, pci, memory in told}

    def image(self):
        """One with the program, and the C library that it and NVIDIA's need: nothing of a GPU's."""
        libraries = re.findall(r"/\S+", command.succeed("ldd", str(self.program)).out)
        folder = pathlib.Path("/lib") / sysconfig.get_config_var("MULTIARCH")
        wanted = {*libraries, *(str(folder / name) for name in ("libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1"))}
        self.machine.engine.import_image(CHECK, str(self.program), *sorted(wanted))
        self.addCleanup(self.machine.engine.remove_image, CHECK)

    def pod(self):
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "compute"},
                "spec": {"restartPolicy": "Never", "containers": [
                    {"name": "compute", "image": f"docker.io/library/{CHECK}", "imagePullPolicy": "Never",
                     "command": [str(self.program)], "resources": {"limits": {KIND: "1"}}}]}}

    def test_a_pod_computes_on_the_gpu_that_its_node_was_given(self):
        self.assertEqual(self.listed(), self.told_by_the_driver())
        self.image()
        with gone_afterwards(name := new_name()):
            self.assertEqual(self.ingot.create(name, "--workers", "1").code, 0, str(self.ingot.calls[-1]))
            cluster = ClusterThere(name, self.ingot)
            worker = f"{name}-worker"
            given = self.whole()[-1]
            self.gpu("attach", worker, given["name"])
            self.check_node(cluster, worker, given["uuid"])
            self.assertEqual(self.ingot("image", "load", CHECK, "--cluster", name).code, 0, str(self.ingot.calls[-1]))
            cluster.kubectl.wait("serviceaccount/default", "create", seconds=30)
            cluster.kubectl.apply(self.pod())
            cluster.kubectl.wait("pod/compute", "jsonpath={.status.phase}=Succeeded", seconds=60)
            self.assertEqual(cluster.kubectl("logs", "compute"), given["uuid"].removeprefix("GPU-") + "\n")
            self.gpu("detach", worker, given["name"])
            node = cluster.kubectl.get(f"node/{worker}")
            self.assertEqual(node["status"]["allocatable"].get(KIND), "0")
            self.assertEqual(cluster.execute("sh", "-c", "ls /dev | grep nvidia", node=worker).out, "")
            self.assertEqual(self.ingot.delete(name).code, 0)

    def check_node(self, cluster, worker, uuid):
        def inside(script):
            result = cluster.execute("sh", "-c", script, node=worker)
            self.assertEqual(result.code, 0, str(result))
            return result.out

        libraries = inside("ldconfig -p")
        for library in ("libcuda.so.1", "libnvidia-ml.so.1"):
            self.assertIn(library, libraries)
        before = inside("ls /dev | grep '^nvidia[0-9]'")
        self.assertEqual(re.findall(r"UUID: (GPU-[0-9a-f-]+)", inside("nvidia-smi -L")), [uuid])
        # The driver's library makes the nodes of all GPUs where it may.
        self.assertEqual(inside("ls /dev | grep '^nvidia[0-9]'"), before)
        if pathlib.Path(PARAMETERS).exists():
            self.assertIn("ModifyDeviceFiles: 0", inside(f"cat {PARAMETERS}"))


@unittest.skipUnless(os.geteuid() == 0, "only root can make a machine of namespaces")
class StandIns(Checks, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = cls.enterClassContext(NvidiaMachine())
        cls.machine.take_image(IMAGE)


@unittest.skipUnless(pathlib.Path("/proc/driver/nvidia/version").exists(), "this machine has no GPU of NVIDIA's")
class Hardware(Checks, unittest.TestCase):
    machine = ThisMachine()


if __name__ == "__main__":
    unittest.main()
