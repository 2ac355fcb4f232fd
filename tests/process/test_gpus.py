# SPDX-License-Identifier: Apache-2.0
"""GPUs of a machine that is a folder, with a library of NVIDIA's that is a fake: what the binary finds, and when."""
import json
import os
import time
import unittest

from program import ProcessTest


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


if __name__ == "__main__":
    unittest.main()
