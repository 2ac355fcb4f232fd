# SPDX-License-Identifier: Apache-2.0
"""A machine with two GPUs of NVIDIA's and their driver, as far as files tell: what its kernel says in /sys, /proc and /dev,
and the driver's libraries and program in the places that Debian's packages have for them. Nothing of it is on the real machine, whose kernel has neither."""
import pathlib
import sysconfig

from live import command
from live.machine import Machine

TESTS = pathlib.Path(__file__).resolve().parents[1]
VERSION = "550.54.15"
GPUS = {0: "0000:07:00.0", 1: "0000:0a:00.0"}  # by minor: where they are
MEMORY = 81559  # MiB
MULTIARCH = sysconfig.get_config_var("MULTIARCH")
# As nvidia-smi says it: of the GPUs whose device nodes are there.
PROGRAM = """#!/bin/sh
for node in /dev/nvidia[0-9]*; do
	minor=${node#/dev/nvidia}
	case "$1" in
	-L) echo "GPU $minor: Stand-In (UUID: GPU-00000000-0000-0000-0000-00000000000$minor)" ;;
	*) echo "GPU-00000000-0000-0000-0000-00000000000$minor, $([ "$minor" = 0 ] && echo 00000000:07:00.0 || echo 00000000:0A:00.0), %d" ;;
	esac
done
""" % MEMORY
# Each place is laid over, in this machine's own mounts; $1 is the folder with what is to be there.
FURNISH = """
for over in usr/lib usr/bin etc/alternatives; do
	mkdir -p "$1/work/$over"
	mount -t overlay over -o "lowerdir=/$over,upperdir=$1/$over,workdir=$1/work/$over" "/$over"
done
mount -t tmpfs proc /proc/driver && cp -r "$1/driver" /proc/driver/nvidia
mount --bind "$1/pci" /sys/bus/pci/devices
mkdir "$1/dev" && mount -t tmpfs dev "$1/dev" && cp -ax /dev/. "$1/dev"
rm -f "$1"/dev/nvidia*
for name in nvidiactl nvidia-uvm nvidia0 nvidia1; do mknod -m 666 "$1/dev/$name" c 1 5; done
for name in pts shm; do mount --rbind "/dev/$name" "$1/dev/$name"; done
mount --rbind "$1/dev" /dev
"""


def uuid_of(minor):
    return f"GPU-00000000-0000-0000-0000-{minor:012}"


class NvidiaMachine(Machine):
    def __init__(self):
        super().__init__()
        self.place = self.folder / "nvidia"
        self.write("nvml", "".join(f"{minor}|{pci}|{uuid_of(minor)}|Stand-In|{MEMORY}\n" for minor, pci in GPUS.items()))
        self.env["FAKE_NVML"] = str(self.place / "nvml")
        self.write("driver/version", f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {VERSION}  Tue Mar\n")
        for minor, pci in GPUS.items():
            self.write(f"pci/{pci}/vendor", "0x10de\n")
            self.write(f"pci/{pci}/class", "0x030200\n")
            (self.place / "pci" / pci / "driver").symlink_to("/sys/bus/pci/drivers/nvidia")
            self.write(f"driver/gpus/{pci}/information",
                       f"Model: \t\t Stand-In\nGPU UUID: \t {uuid_of(minor)}\nDevice Minor: \t {minor}\n")
        self.write("usr/lib/nvidia/current/nvidia-smi", PROGRAM).chmod(0o755)
        self.add_alternative("/usr/bin/nvidia-smi", "/usr/lib/nvidia/current/nvidia-smi")
        for name, source in (("cuda", "fake_cuda"), ("nvidia-ml", "fake_nvml")):
            self.add_library(name, TESTS / "support" / source / f"{source}.cpp")

    def write(self, path, text):
        file = self.place / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="ascii")
        return file

    def add_library(self, name, source):
        folder = f"/usr/lib/{MULTIARCH}"
        file = self.write(f"{folder}/nvidia/current/lib{name}.so.{VERSION}", "")
        command.succeed("c++", "-std=c++20", "-shared", "-fPIC", "-static-libstdc++", "-static-libgcc",
                        f"-Wl,-soname,lib{name}.so.1", "-o", str(file), str(source))
        file.with_name(f"lib{name}.so.1").symlink_to(file.name)
        self.add_alternative(f"{folder}/lib{name}.so.1", f"{folder}/nvidia/current/lib{name}.so.1")

    def add_alternative(self, path, target):
        """As update-alternatives(1) does it."""
        chosen = f"/etc/alternatives/nvidia--{pathlib.Path(path).name}"
        for link, leads_to in ((path, chosen), (chosen, target)):
            place = self.place / link.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(leads_to)

    def power_on(self):
        super().power_on()
        command.succeed(*self.inside, "bash", "-euc", FURNISH, "furnish", str(self.place))
