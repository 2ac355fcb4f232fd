# SPDX-License-Identifier: Apache-2.0
"""Images get into nodes, by each way, and pods run with them; nothing is sent twice; a killed load does no harm."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import unittest

from live import command, images, registry
from live.events import parse, started
from support import ENGINE, INGOT, SharedCluster

PREFIX = f"e2e-images-{os.getpid()}"
LOW = images.layer("low", 4)
# What a layer can do to the ones below: replace, remove, empty a folder.
FILES = images.tar({"a/x": (0o644, b"x"), "a/y": (0o644, b"y"), "b/z": (0o644, b"z"), "c/tool": (0o4755, b"1")})
CHANGES = images.tar({"a/.wh.x": (0o644, b""), "b/.wh..wh..opq": (0o644, b""), "b/n": (0o644, b"n")})
REMAINING = ["a", "a/y", "b", "b/n", "c", "c/tool", "wait"]


class Images(SharedCluster):
    options = ("--workers", "1")

    def setUp(self):
        super().setUp()
        self.nodes = ENGINE.nodes(self.shared.name)
        self.worker = f"{self.shared.name}-worker"

    def engine_image(self, tag, *layers):
        """The name of a new image in the engine."""
        name = f"{PREFIX}/{tag}:1"
        ENGINE.load_image(images.Image(*layers, label=tag).docker_archive(name))
        self.addCleanup(ENGINE.remove_image, name)
        return name

    def load(self, *arguments, **how):
        result = self.ingot("image", "load", "--cluster", self.shared.name, "-o", "json", *arguments, **how)
        self.assert_code(result, 0)
        return json.loads(result.out)

    def actions(self, load, at=0):
        return {node["name"]: node["action"] for node in load["items"][at]["nodes"]}

    def everywhere(self, action):
        return dict.fromkeys(self.nodes, action)

    def listed(self, name):
        """The nodes that have an image."""
        result = self.ingot("image", "list", "--cluster", self.shared.name, "-o", "json")
        self.assert_code(result, 0)
        return [node for item in json.loads(result.out)["items"] if name in item["names"] for node in item["nodes"]]

    def assert_runs(self, image, *nodes):
        """A pod runs with the image on each node, and nobody pulls."""
        namespace = self.namespace()
        for node in nodes or self.nodes:
            self.kubectl.apply({
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"on-{node}", "namespace": namespace},
                "spec": {"nodeName": node, "terminationGracePeriodSeconds": 0, "containers": [
                    {"name": "it", "image": image, "imagePullPolicy": "Never"}]}})
        self.kubectl.wait("pod", "condition=Ready", "--all", "-n", namespace, seconds=60)

    def files(self, node, image):
        script = (f"mkdir -p /tmp/look && ctr -n k8s.io images mount docker.io/{image} /tmp/look >/dev/null && "
                  f"cd /tmp/look && find . -mindepth 1 -not -path './data*' && stat -c %a c/tool && cd / && "
                  f"ctr -n k8s.io images unmount --rm /tmp/look >/dev/null")
        result = self.shared.execute("sh", "-c", script, node=node)
        self.assert_code(result, 0)
        *paths, mode = result.out.split()
        self.assertEqual(mode, "4755")
        return sorted(path.removeprefix("./") for path in paths)

    def test_each_way_brings_an_image_that_runs(self):
        for way in ("layers", "stream"):
            with self.subTest(way):
                image = self.engine_image(f"way-{way}", images.layer(way, 2), FILES, CHANGES)
                load = self.load(image, "--via", way)
                self.assertEqual((load["way"], self.actions(load)), (way, self.everywhere("loaded")))
                self.assertEqual(load["items"][0]["name"], f"docker.io/{image}")
                self.assertEqual(self.files(self.worker, image), REMAINING)
                self.assertEqual(sorted(self.listed(f"docker.io/{image}")), self.nodes)
                self.assert_runs(image)
                again = self.load(image)
                self.assertEqual((again["way"], self.actions(again)), ("none", self.everywhere("present")))

    def test_a_digest_is_a_name(self):
        for way in ("layers", "stream"):
            with self.subTest(way), registry.serving(images.Image(images.layer(f"digest-{way}", 1), label=way)) as (host, digest):
                name = f"{host}/{PREFIX}/digest@{digest}"
                command.succeed("docker", "pull", "--quiet", name)
                self.addCleanup(ENGINE.remove_image, name)
                load = self.load(name, "--via", way)
                self.assertEqual((load["way"], self.actions(load)), (way, self.everywhere("loaded")))
                self.assertEqual(self.actions(self.load(name)), self.everywhere("present"))
                self.assert_runs(name)

    def test_only_what_is_new(self):
        first = self.engine_image("base", LOW)
        self.load(first)
        other = f"{PREFIX}/another:2"
        ENGINE.tag_image(first, other)
        self.addCleanup(ENGINE.remove_image, other)
        self.assertEqual(self.actions(self.load(other)), self.everywhere("tagged"))
        top = self.engine_image("top", LOW, images.layer("top", 1))
        load = self.load(top, first)
        self.assertEqual(self.actions(load), self.everywhere("loaded"))
        self.assertEqual(self.actions(load, 1), self.everywhere("present"))
        self.assert_runs(other, self.worker)
        self.assert_runs(top, self.worker)

    def test_archives(self):
        for form in ("docker", "oci"):
            with self.subTest(form):
                name = f"{PREFIX}/{form}:1"
                image = images.Image(images.layer(form, 1), label=form)
                path = self.folder / f"{form}.tar"
                path.write_bytes(getattr(image, f"{form}_archive")(f"docker.io/{name}"))
                load = self.load("--archive", str(path))
                self.assertEqual([item["name"] for item in load["items"]], [f"docker.io/{name}"])
                self.assert_runs(name)

    def test_compressed_archives(self):
        for tool in ("gzip", "zstd"):
            with self.subTest(tool):
                if not shutil.which(tool):
                    self.skipTest(f"{tool} is not installed")
                name = f"{PREFIX}/{tool}:1"
                path = self.folder / f"{tool}.tar"
                path.write_bytes(images.Image(images.layer(tool, 1), label=tool).docker_archive(name))
                compressed = pathlib.Path(f"{path}.compressed")
                compressed.write_bytes(subprocess.run([tool, "-c", str(path)], check=True, capture_output=True).stdout)
                self.assertEqual(self.load("--archive", str(compressed))["items"][0]["name"], f"docker.io/{name}")
                self.assert_runs(name)
                compressed.write_bytes(compressed.read_bytes()[:-1000])
                result = self.ingot("image", "load", "--archive", str(compressed), "--cluster", self.shared.name)
                self.assert_code(result, 1)
                self.assertIn("the archive cannot be decompressed", result.err)

    def test_an_archive_from_standard_input(self):
        name = f"{PREFIX}/stdin:1"
        path = self.folder / "image.tar"
        path.write_bytes(images.Image(label="stdin").docker_archive(name))
        result = command.run("sh", "-c", 'exec "$0" image load --archive - --cluster "$1" <"$2"', str(INGOT),
                             self.shared.name, str(path), env=self.ingot.env)
        self.assert_code(result, 0)
        self.assertIn(f"image/docker.io/{name} loaded into", result.out)
        self.assert_runs(name, self.worker)

    def test_a_broken_archive_changes_nothing(self):
        path = self.folder / "cut.tar"
        path.write_bytes(images.Image(LOW, label="cut").docker_archive(f"{PREFIX}/cut:1")[:1 << 20])
        before = self.ingot("image", "list", "--cluster", self.shared.name, "-o", "name").out
        result = self.ingot("image", "load", "--archive", str(path), "--cluster", self.shared.name)
        self.assert_code(result, 1)
        self.assertIn("it ends in the middle of an entry", result.err)
        self.assertEqual(self.ingot("image", "list", "--cluster", self.shared.name, "-o", "name").out, before)

    def test_chosen_nodes(self):
        image = self.engine_image("chosen", images.layer("chosen", 1))
        self.assertEqual(self.actions(self.load(image, "--nodes", self.worker)), {self.worker: "loaded"})
        self.assertEqual(self.listed(f"docker.io/{image}"), [self.worker])

    def test_what_is_missing_is_told_at_once(self):
        result = self.ingot("image", "load", "e2e-none:1", "e2e-none:2", "--nodes", "e2e-node", "--cluster",
                            self.shared.name)
        self.assert_code(result, 3)
        for words in ('image: "e2e-none:1" not present locally', 'image: "e2e-none:2" not present locally',
                      f"cluster '{self.shared.name}' has no node 'e2e-node'"):
            self.assertIn(words, result.err)

    def test_a_killed_load_leaves_usable_nodes(self):
        def first_bytes(line):
            event = parse(line)
            return event is not None and event.type == "stepProgress"
        for way, moment in (("layers", started("images")), ("stream", first_bytes)):
            with self.subTest(way):
                image = self.engine_image(f"killed-{way}", images.layer(f"killed-{way}", 24))
                loading = command.Running(str(INGOT), "image", "load", image, "--cluster", self.shared.name, "--via", way,
                                          "--progress", "json", env=self.ingot.env)
                self.assertIsNotNone(loading.wait_for_line(moment))
                loading.signal(signal.SIGKILL)
                self.assertEqual(loading.finish().code, -signal.SIGKILL)
                self.load(image, "--via", way)
                self.assert_runs(image)


if __name__ == "__main__":
    unittest.main()
