# SPDX-License-Identifier: Apache-2.0
"""Instances on the real engine: machines with systemd, Docker and SSH, and what their verbs promise."""
import contextlib
import json
import os
import pathlib
import pty
import select
import signal
import socket
import subprocess
import unittest

from live import command, waiting
from support import ENGINE, INGOT, Scenario, new_name

LABEL = "dev.ingot.instance"
# An image of one program and its libraries, made in the instance: no registry is needed.
MAKE_IMAGE = r"""
set -eu
tar -C / -ch bin/sh bin/echo bin/sleep $(ldd /bin/sh /bin/echo /bin/sleep | grep -o '/[^ ]*' | grep lib | sed 's|^/||' | sort -u) |
    docker import - tiny >/dev/null
"""
MOST_SECONDS = 4


def containers(name):
    return ENGINE.request("GET", "/containers/json", all="1", filters=json.dumps({"label": [f"{LABEL}={name}"]}))


def volumes(name):
    return [volume for volume in ENGINE.volumes() if volume == f"ingot-instance-{name}"]


@contextlib.contextmanager
def gone_afterwards(name):
    try:
        yield name
    finally:
        ENGINE.remove([container["Id"] for container in containers(name)])
        for volume in volumes(name):
            ENGINE.request("DELETE", f"/volumes/{volume}")


class Instances(Scenario):
    def setUp(self):
        super().setUp()
        self.name = self.enterContext(gone_afterwards(new_name()))

    def instance(self, verb, *arguments, **how):
        return self.ingot("instance", verb, *arguments, **how)

    def succeed(self, verb, *arguments, **how):
        result = self.instance(verb, *arguments, **how)
        self.assert_code(result, 0)
        return result.out

    def run_instance(self, *options, **how):
        return json.loads(self.succeed("run", self.name, "-o", "json", *options, **how))

    def inside(self, script, *options, **how):
        return self.succeed("exec", self.name, *options, "--", "sh", "-c", script, **how).strip()

    def status(self):
        return json.loads(self.instance("status", self.name, "-o", "json").out)

    def assert_gone(self):
        self.assertEqual((containers(self.name), volumes(self.name)), ([], []))
        self.assertFalse((self.folder / "data/ingot/instances" / self.name).exists())


class OneMachine(Instances):
    def test_life_of_an_instance(self):
        made = self.run_instance("-e", "COLOUR=blue", "-p", "0:8080", "--cpus", "1.5", "--memory", "1Gi")
        with self.subTest("it came up in time, with a Docker engine that works"):
            self.assertLess(made["elapsedMs"] / 1000, MOST_SECONDS)
            self.inside(MAKE_IMAGE)
            self.assertEqual(self.inside("docker run --rm tiny /bin/echo hello"), "hello")
            self.assertEqual(made["failedUnits"], [])
        with self.subTest("its status and the list tell about it"):
            status = self.status()
            self.assertTrue(status["healthy"], status)
            self.assertEqual((status["state"], status["system"], status["address"]), ("Running", "running", made["address"]))
            self.assertEqual((status["cpuMillis"], status["memoryLimitBytes"]), (1500, 2**30))
            self.assertIn(f"instance/{self.name}\n", self.succeed("list", "-o", "name"))
        with self.subTest("ssh gets in with the key that was made, and only with it"):
            self.check_ssh(made)
        with self.subTest("exec is the command"):
            self.check_exec()
        with self.subTest("only ports of this machine's loopback address are open"):
            bindings = ENGINE.inspect(self.name)["HostConfig"]["PortBindings"]
            self.assertEqual({one["HostIp"] for ports in bindings.values() for one in ports}, {"127.0.0.1"})
        with self.subTest("files go in and come out"):
            self.check_copy()
        with self.subTest("logs are those of its services"):
            self.assertIn("Docker engine", self.succeed("logs", self.name, "--unit", "docker"))
            self.assertIn("Docker engine", self.succeed("logs", self.name, "--console"))
        with self.subTest("a stop and a start keep disk, address, port, and the containers inside"):
            self.check_stop_and_start(made)
        self.succeed("delete", self.name, "--yes")
        self.assert_gone()
        self.assert_code(self.instance("delete", self.name, "--yes"), 3)
        self.assert_code(self.instance("exec", self.name, "--", "true"), 125)

    def ssh(self, *words, **how):
        return self.instance("ssh", self.name, "--", *words, **how)

    def check_ssh(self, made):
        self.assertEqual(self.ssh("echo", "$COLOUR", "$(hostname)").out, f"blue {self.name}\n")
        self.assertEqual(self.ssh("exit 7").code, 7)
        folder = pathlib.Path(made["ssh"]["folder"])
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual((folder / "id_ed25519").stat().st_mode & 0o777, 0o600)
        strangers = command.run("ssh", "-F", "none", "-p", str(made["ssh"]["port"]), "-o", "BatchMode=yes", "-o",
                                "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
                                "IdentitiesOnly=yes", "-o", "IdentityFile=/dev/null", "root@127.0.0.1", "true")
        self.assertEqual(strangers.code, 255)
        self.assertIn("publickey", strangers.err)
        # A key that was lost is made anew.
        (folder / "id_ed25519").unlink()
        self.assertEqual(self.ssh("echo", "again").out, "again\n")
        config = self.succeed("ssh", self.name, "--print-config")
        self.assertIn(f"Host {self.name}.ingot\n", config)
        home = self.folder / "home"
        self.succeed("ssh", self.name, "--merge-config", env={"HOME": str(home)})
        merged = command.succeed("ssh", "-F", str(home / ".ssh/config"), f"{self.name}.ingot", "hostname")
        self.assertEqual(merged.out, f"{self.name}\n")

    def check_exec(self):
        self.assertEqual(self.inside("echo $COLOUR"), "blue")
        self.assertEqual(self.inside("cat", stdin="0123456789" * 100_000), "0123456789" * 100_000)
        self.assertEqual(self.inside("id -un; pwd; echo $A", "--user", "nobody", "--workdir", "/usr", "-e", "A=b"),
                         "nobody\n/usr\nb")
        self.assert_code(self.instance("exec", self.name, "--", "sh", "-c", "exit 42"), 42)
        self.assertIn(self.instance("exec", self.name, "--", "no-such-program").code, (126, 127))
        for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            running = command.Running(str(INGOT), "instance", "exec", self.name, "--", "sh", "-c",
                                      "echo started >&2; sleep 600; echo not reached", env=self.ingot.env)
            running.wait_for_line(lambda line: "started" in line)
            running.signal(number)
            self.assert_code(running.finish(20), code)
        self.assertEqual(self.inside("pgrep -c sleep || true"), "0")
        self.check_terminal()

    def check_terminal(self):
        ours, theirs = pty.openpty()
        script = "echo at first $(stty size).; until [ \"$(stty size)\" = '44 111' ]; do sleep 0.02; done; echo resized"
        text = b""

        def read_until(word):
            nonlocal text
            while word not in text:
                self.assertTrue(select.select([ours], [], [], 20)[0], text)
                text += os.read(ours, 4096)

        try:
            subprocess.run(["stty", "rows", "33", "columns", "99"], stdin=theirs, check=True)
            process = subprocess.Popen([INGOT, "instance", "exec", self.name, "--", "sh", "-c", script], stdin=theirs,
                                       stdout=theirs, stderr=theirs, env={**os.environ, **self.ingot.env})
            read_until(b".")
            self.assertIn(b"at first 33 99.", text)
            subprocess.run(["stty", "rows", "44", "columns", "111"], stdin=theirs, check=True)
            process.send_signal(signal.SIGWINCH)
            read_until(b"resized")
            self.assertEqual(process.wait(10), 0)
        finally:
            os.close(ours)
            os.close(theirs)

    def check_copy(self):
        app = self.folder / "app"
        (app / "bin").mkdir(parents=True)
        (app / "bin/run").write_text("#!/bin/sh\necho copied\n", encoding="ascii")
        (app / "bin/run").chmod(0o755)
        (app / "link").symlink_to("bin/run")
        self.succeed("cp", str(app), f"{self.name}:/srv")
        self.assertEqual(self.inside("/srv/app/link; stat -c %U /srv/app/bin/run"), "copied\nroot")
        self.succeed("cp", f"{app}/bin/run", f"{self.name}:/srv/start")
        self.assertEqual(self.inside("/srv/start"), "copied")
        self.succeed("cp", f"{self.name}:/srv/app", str(self.folder / "back"))
        self.assertEqual((self.folder / "back/link").readlink(), pathlib.Path("bin/run"))
        self.assertEqual((self.folder / "back/bin/run").read_text(encoding="ascii"), "#!/bin/sh\necho copied\n")
        self.assert_code(self.instance("cp", f"{self.name}:/none", str(self.folder)), 3)

    def check_stop_and_start(self, made):
        self.inside("echo kept >/var/kept; echo kept >/etc/kept; docker run -d --restart always --name web tiny /bin/sleep 1000")
        self.succeed("stop", self.name)
        self.assertEqual(self.status()["state"], "Stopped")
        self.assert_code(self.instance("status", self.name), 1)
        self.assert_code(self.instance("exec", self.name, "--", "true"), 125)
        self.assertIn("already", self.succeed("stop", self.name))
        self.succeed("start", self.name)
        self.assertEqual(self.inside("cat /var/kept /etc/kept; docker ps --format '{{.Names}}'"), "kept\nkept\nweb")
        self.assertEqual(self.status()["address"], made["address"])
        self.assertEqual(self.ssh("hostname").out, f"{self.name}\n")
        self.succeed("restart", self.name)
        self.assertEqual(self.inside("docker ps --format '{{.Names}}'"), "web")


class Devices(Instances):
    """Two devices that are none: /dev/zero and /dev/full by other names."""
    KIND = "instance.example/gpu"
    CDI = """cdiVersion: 0.5.0
kind: instance.example/gpu
devices:
- {name: "0", containerEdits: {deviceNodes: [{path: /dev/instance-gpu0, hostPath: /dev/zero}]}}
- {name: "1", containerEdits: {deviceNodes: [{path: /dev/instance-gpu1, hostPath: /dev/full}]}}
"""

    def setUp(self):
        super().setUp()
        folder = self.folder / "cdi"
        folder.mkdir()
        (folder / "instance.yaml").write_text(self.CDI, encoding="ascii")
        self.gpus = {"INGOT_CDI_DIRS": str(folder)}

    def gpu(self, *words, code=0):
        result = self.ingot("gpu", *words, env=self.gpus)
        self.assert_code(result, code)
        return result

    def sees(self):
        return self.inside("cd /dev && ls instance-gpu* 2>/dev/null | xargs -r stat -c '%n %t:%T'").split("\n")

    def test_devices_come_stay_and_go(self):
        zero, one = f"{self.KIND}=0", f"{self.KIND}=1"
        refused = self.instance("run", self.name, "--gpus", "device=0,7,0", "--memory", "1Mi", env=self.gpus)
        self.assert_code(refused, 2)
        for part in ("'7': there is no such device", "named twice", "1Mi"):
            self.assertIn(part, refused.err)
        self.assert_gone()
        made = self.run_instance("--gpus", "1", env=self.gpus)
        self.assertEqual(made["devices"], [zero])
        self.assertEqual(self.sees(), ["instance-gpu0 1:5"])
        self.assertEqual(self.inside("head -c 2 /dev/instance-gpu0 | od -An -tx1"), "00 00")
        self.assert_code(self.instance("run", f"{self.name}-2", "--gpus", "device=0", env=self.gpus), 2)
        self.assertIn(self.name, self.gpu("list").out)
        self.assertEqual(self.gpu("attach", self.name, "1").out, f"instance/{self.name} has {self.KIND}=1\n")
        self.assertEqual(self.sees(), ["instance-gpu0 1:5", "instance-gpu1 1:7"])
        self.check_users(zero)
        self.assertEqual((self.sees(), self.status()["devices"]), (["instance-gpu1 1:7"], [one]))
        self.succeed("stop", self.name)
        self.succeed("start", self.name)
        self.assertEqual(self.sees(), ["instance-gpu1 1:7"])
        self.assertTrue(self.status()["healthy"])
        self.check_another_ones_restart(one)
        self.succeed("delete", self.name, "--yes")
        self.assertNotIn(self.name, self.gpu("list").out)

    def check_users(self, device):
        user = command.Running(str(INGOT), "instance", "exec", self.name, "--", "sh", "-c",
                               "exec 3</dev/instance-gpu0; echo open >&2; exec sleep 600", env=self.ingot.env)
        user.wait_for_line(lambda line: "open" in line)
        for dry_run in (["--dry-run"], []):
            self.assertIn("(sleep) has /dev/instance-gpu0 open", self.gpu("detach", self.name, device, *dry_run, code=4).err)
        self.assertIn("goes on with it", self.gpu("detach", self.name, device, "--force").err)
        user.signal(signal.SIGTERM)
        user.finish(20)

    def check_another_ones_restart(self, device):
        command.succeed("docker", "restart", "-t", "1", self.name)
        self.assertEqual(self.status()["absentDevices"], [device])
        self.assertIn("absent", self.gpu("status", self.name, code=1).out)
        self.gpu("reconcile", self.name)
        self.gpu("status", self.name)
        self.assertEqual(self.sees(), ["instance-gpu1 1:7"])


class OneCommand(Instances):
    def test_run_with_rm_is_as_docker_run(self):
        result = self.instance("run", self.name, "--rm", "--", "sh", "-c", "echo out; echo err >&2; exit 5")
        self.assertEqual((result.code, result.out), (5, "out\n"))
        self.assertIn("err\n", result.err)
        self.assert_gone()

    def test_interrupted_it_ends_and_goes(self):
        running = command.Running(str(INGOT), "instance", "run", self.name, "--rm", "--", "sh", "-c",
                                  "echo started >&2; exec sleep 600", env=self.ingot.env)
        running.wait_for_line(lambda line: "started" in line)
        running.signal(signal.SIGINT)
        self.assert_code(running.finish(30), 130)
        self.assert_gone()


    def test_killed_it_goes_as_well(self):
        running = command.Running(str(INGOT), "instance", "run", self.name, "--rm", "--", "sh", "-c",
                                  "echo started >&2; exec sleep 600", env=self.ingot.env)
        running.wait_for_line(lambda line: "started" in line)
        running.signal(signal.SIGKILL)
        running.finish(30)
        waiting.until("the instance is gone", lambda: not containers(self.name) and not volumes(self.name), 30)


class BadInput(Instances):
    def test_everything_is_said_at_once_and_nothing_is_made(self):
        result = self.instance("run", "No Name", "-p", "80:x", "--memory", "1Mi", "-e", "NOT_SET_HERE", "--mount", "x")
        self.assert_code(result, 2)
        for part in ("No Name", "80:x", "1Mi", "NOT_SET_HERE", "--mount"):
            self.assertIn(part, result.err)

    def test_a_port_that_is_taken_is_told_and_nothing_stays(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = self.instance("run", self.name, "-p", f"{port}:80")
        self.assert_code(result, 4)
        self.assertIn(str(port), result.err)
        self.assert_gone()


class UserData(Instances):
    def test_cloud_init_does_what_user_data_says(self):
        data = self.folder / "user-data.yaml"
        data.write_text("#cloud-config\nusers:\n- name: ada\n  shell: /bin/bash\n  groups: docker\n"
                        "write_files:\n- {path: /etc/motd, content: welcome}\n"
                        "runcmd:\n- [sh, -c, 'hostname >/root/ran']\n", encoding="ascii")
        self.run_instance("--user-data", str(data))
        self.assertEqual(self.inside("cat /etc/motd /root/ran; id -nG ada"), f"welcome{self.name}\nada docker")

    def test_user_data_that_fails_fails_the_run(self):
        result = self.instance("run", self.name, "--user-data", "-", stdin="#!/bin/sh\necho oh no\nexit 3\n")
        self.assert_code(result, 1)
        self.assertIn("oh no", result.err)
        self.assert_gone()


class BesideACluster(Instances):
    def test_services_and_their_names_are_reached_also_after_a_restart(self):
        with self.cluster() as cluster:
            made = self.run_instance("--cluster", cluster.name)
            self.assertEqual(made["network"], "kind")
            self.check_reach(cluster)
            self.succeed("restart", self.name)
            self.check_reach(cluster)
        self.assertEqual(self.inside(f"getent ahostsv4 {self.name}").split()[0], made["address"])

    def check_reach(self, cluster):
        server = self.inside("sed -n 's/ *server: //p' /root/.kube/config")
        self.assertEqual(server.strip('"'), f"https://{cluster.control_plane}:6443")
        for address in (server, "https://kubernetes.default.svc.cluster.local", "https://kubernetes"):
            self.assertIn("gitVersion", self.inside(f"curl -sk --max-time 20 {address}/version"), address)
        pod = cluster.kubectl("get", "pods", "-n", "kube-system", "-l", "k8s-app=kube-dns", "-o",
                              "jsonpath={.items[0].status.podIP}")
        self.assertEqual(self.inside(f"curl -s --max-time 20 http://{pod}:8080/health"), "OK")


if __name__ == "__main__":
    unittest.main()
