# SPDX-License-Identifier: Apache-2.0
"""GPUs of a machine that is a folder, with a library of NVIDIA's that is a fake: what the binary finds, and when."""
import json
import os
import time
import unittest

from live.schema import Messages
from live_server import LiveTest
from program import LIMIT, ProcessTest


class Gpus(ProcessTest):
    def setUp(self):
        super().setUp()
        self.machine = self.home / "machine"
        self.env["INGOT_GPU_ROOT"] = str(self.machine)
        self.says = self.home / "nvml"
        self.env["FAKE_NVML"] = str(self.says)
        self.env["INGOT_NVML_LIBRARY"] = os.environ.get("INGOT_FAKE_NVML", "off")

    def write(self, path, text):
        file = self.machine / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="ascii")

    def add_nvidia(self, pci, minor, uuid):
        folder = f"sys/bus/pci/devices/{pci}"
        self.write(f"{folder}/vendor", "0x10de\n")
        self.write(f"{folder}/class", "0x030200\n")
        (self.machine / folder / "driver").symlink_to("../../drivers/nvidia")
        self.write(f"proc/driver/nvidia/gpus/{pci}/information",
                   f"Model: \t\t NVIDIA H100\nGPU UUID: \t {uuid}\nDevice Minor: \t {minor}\n")

    def listed(self):
        result = self.run_ingot("gpu", "list", "-o", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout), result.stderr

    def test_a_machine_without_any_says_what_to_do(self):
        self.env["INGOT_NVML_LIBRARY"] = "off"
        result = self.run_ingot("gpu", "list")
        self.assertEqual(result.returncode, 0)
        self.assertIn("docs/gpus.md", result.stderr)

    @unittest.skipUnless(os.environ.get("INGOT_FAKE_NVML"), "the fake library is not built")
    def test_the_library_adds_memory_and_mig_devices(self):
        self.add_nvidia("0000:07:00.0", 1, "GPU-aaaa")
        self.add_nvidia("0000:0a:00.0", 0, "GPU-bbbb")
        self.says.write_text("1|0000:07:00.0|GPU-aaaa|NVIDIA H100|81559\n"
                             "0|0000:0a:00.0|GPU-bbbb|NVIDIA H100|81559|7:0:MIG-cccc\n", encoding="ascii")
        devices, said = self.listed()
        self.assertEqual([item["name"] for item in devices["items"]], ["nvidia.com/gpu=0", "nvidia.com/gpu=1:0"])
        self.assertEqual(devices["items"][0]["gpu"]["memoryBytes"], 81559 << 20)
        self.assertEqual(devices["items"][1]["uuid"], "MIG-cccc")
        self.assertEqual(devices["unusable"], [])
        self.assertIn("which nodes have devices is unknown", said)

    @unittest.skipUnless(os.environ.get("INGOT_FAKE_NVML"), "the fake library is not built")
    def test_a_library_that_hangs_is_not_waited_for(self):
        self.add_nvidia("0000:07:00.0", 0, "GPU-aaaa")
        self.says.write_text("hang\n", encoding="ascii")
        begin = time.monotonic()
        devices, said = self.listed()
        self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual([item["name"] for item in devices["items"]], ["nvidia.com/gpu=0"])
        self.assertIn("does not answer within", said)

    @unittest.skipUnless(os.environ.get("INGOT_FAKE_NVML"), "the fake library is not built")
    def test_a_library_that_does_not_fit_is_told(self):
        self.add_nvidia("0000:07:00.0", 0, "GPU-aaaa")
        self.says.write_text("error 18\n", encoding="ascii")
        self.assertIn("different versions", self.listed()[1])

    def test_attach_needs_words(self):
        for words, missing in ((["gpu", "attach"], "which node?"), (["gpu", "detach", "x"], "which devices?")):
            result = self.run_ingot(*words)
            self.assertEqual(result.returncode, 2)
            self.assertIn(missing, result.stderr)


class Live(LiveTest):
    """Devices as objects of the live API."""

    def setUp(self):
        super().setUp()
        self.folder = self.home / "etc" / "cdi"
        self.env["INGOT_CDI_DIRS"] = str(self.folder)
        self.env["INGOT_NVML_LIBRARY"] = "off"

    def describe(self, *names):
        self.folder.mkdir(parents=True, exist_ok=True)
        devices = [{"name": name, "containerEdits": {"env": [f"NAME={name}"]}} for name in names]
        (self.folder / "v.json").write_text(json.dumps({"cdiVersion": "0.5.0", "kind": "v.com/gpu", "devices": devices}),
                                            encoding="ascii")

    def test_they_are_in_the_snapshot_and_change_as_their_file_does(self):
        self.describe("0", "1")
        self.serve()
        messages = Messages(json.loads(self.get("/asyncapi.json")[1]))
        client = self.connect().hello(filter={"kinds": ["device"]})
        received = client.receive_snapshot()
        objects = {item["id"]: item["data"] for item in received[-1]["objects"]}
        self.assertEqual(sorted(objects), ["v.com/gpu=0", "v.com/gpu=1"])
        self.assertEqual((objects["v.com/gpu=0"]["state"], objects["v.com/gpu=0"]["describedBy"]),
                         ("Free", str(self.folder / "v.json")))
        self.assertIn('ingot_objects{kind="device"} 2\n', self.get("/metrics")[1])
        self.describe("1", "2")
        told = [client.receive(), client.receive()]
        self.assertEqual({(change["set"] if "set" in change else change["removed"])["id"] for change in told},
                         {"v.com/gpu=0", "v.com/gpu=2"})
        for message in received + told:
            messages.check(message)

    def test_their_folder_may_come_later(self):
        self.serve()
        client = self.connect().hello(filter={"kinds": ["device"]})
        self.assertEqual(client.receive_snapshot()[-1]["objects"], [])
        self.describe("0")
        self.assertEqual(client.receive()["set"]["id"], "v.com/gpu=0")

    def test_ingot_watches_them_without_a_server(self):
        self.describe("0")
        process = self.start_ingot("watch", "devices")
        self.assertEqual(process.stdout.readline(), "device/v.com/gpu=0 Free\n")
        self.describe()
        self.assertEqual(process.stdout.readline(), "device/v.com/gpu=0 is gone\n")
        process.terminate()
        process.wait(LIMIT)

    @unittest.skipUnless(os.environ.get("INGOT_FAKE_NVML"), "the fake library is not built")
    def test_a_library_that_hangs_is_not_waited_for_by_anybody(self):
        says = self.home / "nvml"
        says.write_text("hang\n", encoding="ascii")
        self.env.update(INGOT_NVML_LIBRARY=os.environ["INGOT_FAKE_NVML"], FAKE_NVML=str(says))
        self.describe("0")
        self.serve()
        client = self.connect().hello(filter={"kinds": ["node", "device"]})
        seen = {item["id"] for item in client.receive_snapshot()[-1]["objects"]}
        self.engine.set_node("demo-worker", "running")
        while seen != {"demo-worker", "v.com/gpu=0"}:
            seen.add(client.receive()["set"]["id"])


if __name__ == "__main__":
    unittest.main()
