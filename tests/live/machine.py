# SPDX-License-Identifier: Apache-2.0
"""A container engine of a test's own, on a "machine" of its own, which can be killed and restarted at will.

The machine is a set of namespaces (processes, mounts, network) of the real one, whose only way out is its disk: a folder.
Its power is cut by the end of its first process, with which the kernel kills all others. What was written is still there,
then, as after a crash of all programs; a lost disk cache is beyond this. Needs root and dockerd.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from live import command, waiting
from live.engine import Engine


class Machine:
    """Switched off. As a context: on, with a running engine; afterwards off, and nothing is left of it."""

    def __init__(self, settings=None):
        """`settings`: of the engine, as its daemon.json has them."""
        # Not below /tmp: that may be memory.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ingot-machine-", dir="/var/tmp"))
        self.address = f"unix://{self.folder}/engine.sock"
        self.engine = Engine(self.address)
        self.env = {"DOCKER_HOST": self.address}
        (self.folder / "daemon.json").write_text(json.dumps(settings or {}), encoding="ascii")
        self.log = (self.folder / "engine.log").open("w", encoding="utf-8")
        self.power = self.daemon = None

    def __enter__(self):
        try:
            self.power_on()
            self.start_engine()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.power_off()
        self.log.close()
        shutil.rmtree(self.folder)

    @property
    def on_its_network(self):
        """Put before a command line of this machine's that is to see the other's addresses and ports."""
        return ["nsenter", "-t", self.first, "-n"]

    @property
    def inside(self):
        """Put before a command line that is to be one of that machine's."""
        return [*self.on_its_network, "-m", "-p"]

    def power_on(self):
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        # bash looks after processes whose parents have ended, as a first process must, and ends when we do.
        self.power = subprocess.Popen(
            ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
             "bash", "-c", "ip link set lo up && echo up && read -r"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.power.stdout.readline() != "up\n":
            raise AssertionError("no machine could be made of namespaces")
        self.first = command.succeed("pgrep", "-P", str(self.power.pid)).out.strip()

    def power_off(self):
        if self.power:
            # The first process of the machine goes with it, and everything else with that.
            first = pathlib.Path("/proc") / self.first
            self.power.kill()
            self.power.wait()
            self.power.stdin.close()
            self.power.stdout.close()
            waiting.until("the machine is off", lambda: not first.exists())
            self.power = None
        if self.daemon:
            self.daemon.wait()
            self.daemon = None
        self.forget_control_groups()

    def forget_control_groups(self):
        """They belong to the kernel, which our machines have in common; one that boots has none."""
        for container in (self.folder / "data" / "containers").glob("*"):
            for group in pathlib.Path("/sys/fs/cgroup").glob(f"**/docker/{container.name}"):
                for folder, _, _ in os.walk(group, topdown=False):
                    os.rmdir(folder)

    def start_engine(self):
        run = self.folder / "run"
        run.mkdir(exist_ok=True)
        (run / "docker.pid").unlink(missing_ok=True)  # of an engine that was killed
        self.daemon = subprocess.Popen(
            [*self.inside, "dockerd", "--host", self.address,
             "--config-file", str(self.folder / "daemon.json"), "--data-root", str(self.folder / "data"),
             "--exec-root", str(run), "--pidfile", str(run / "docker.pid")],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        waiting.until("the engine answers", self.answers, 90)

    def answers(self):
        if self.daemon.poll() is not None:
            raise AssertionError(f"dockerd ended: {(self.folder / 'engine.log').read_text()[-2000:]}")
        return command.run("docker", "version", env=self.env).code == 0

    def kill_engine(self):
        """As the kernel does it that has no memory left; containers go on."""
        daemon = command.succeed("pgrep", "-f", f"^dockerd --host {self.address} ").out.strip()
        os.kill(int(daemon), signal.SIGKILL)
        self.daemon.wait()
        self.daemon = None

    def take_image(self, image):
        """From the engine that tests have in common."""
        with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saved:
            loaded = subprocess.run(["docker", "load", "-q"], stdin=saved.stdout, env={**os.environ, **self.env},
                                    capture_output=True, check=False)
        if loaded.returncode != 0 or saved.returncode != 0:
            raise AssertionError(loaded.stderr.decode(errors="replace"))
