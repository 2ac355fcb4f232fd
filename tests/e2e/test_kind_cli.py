# SPDX-License-Identifier: Apache-2.0
"""ingot in kind's place: the same commands given to kind and to ingot, and everything that comes of them compared.

What may differ is listed here, each with its reason in docs/kind.md; anything else is a failure.
"""
import dataclasses
import os
import pathlib
import re
import shutil

from live import command, images, waiting
from support import ENGINE, IMAGE, INGOT, Scenario, gone_afterwards, new_name

SMALL = f"e2e-kind-{os.getpid()}/small:1"
AGAIN = f"e2e-kind-{os.getpid()}/again:1"  # another name of it
OTHER = f"e2e-kind-{os.getpid()}/other:1"

CONFIG = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  extraMounts:
  - hostPath: {folder}
    containerPath: /data
    readOnly: true
  extraPortMappings:
  - containerPort: 30080
- role: worker
  labels:
    tier: back
"""

WRONG = {
    "twice.yaml": "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha3\n",
    "role.yaml": "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: foo\n",
}

# Wrong use, and clusters that are not there: {name} is no cluster.
WITHOUT_CLUSTER = [
    "--version", "version -q", "-q version", "get", "get foo", "foo", "creat", "DELETE", "create foo", "get nodes --nme x",
    "get nodes -x", "get nodes -n", "get nodes --name", "get nodes extra", "-v x get nodes", "--quiet=foo get nodes",
    "get nodes --name {name}", "get nodes -n{name}", "get nodes -n={name} -q", "-v 1 get nodes --name={name}",
    "get kubeconfig --name {name}", "get kubeconfig --name {name} --internal", "export kubeconfig --name {name}",
    "export logs a b", "export logs --name {name}", "load docker-image", "load image-archive", "load image-archive missing.tar --name {name}",
    "load image-archive role.yaml --name {name}", f"load docker-image {IMAGE} --name {{name}}", "delete cluster --name {name}",
    "delete cluster -n {name} -q", "delete clusters", "delete clusters {name} {name}2", "delete cluster extra",
    "create cluster extra", "create cluster --wait 5", "create cluster --wait 5x", "create cluster --retain=maybe",
    "create cluster --image", "build node-image a b", "version extra -q", "completion bash extra", "help foo -q",
]
# The exit code is kind's, the words of the error are ours.
IN_OUR_WORDS = [
    "create cluster --name Bad_Name", "create cluster --name {name} --config missing.yaml",
    "create cluster --name {name} --config twice.yaml", "create cluster --name {name} --config role.yaml",
    "create cluster --name {name} --image ingot.invalid/none:v1",
]

# Ingot's own labels; everything else on a node is kind's.
OWN_LABELS = "dev.ingot."


@dataclasses.dataclass
class Said:
    """What one command said, without what differs from run to run."""
    words: str
    code: int
    out: str
    err: str


def masked(text):
    text = re.sub(r"Ready after \S+", "Ready after TIME", text)
    text = re.sub(r"(?s)(kubectl cluster-info [^\n]*\n\n).*", r"\1GREETING\n", text)
    # Nodes are made side by side; kind lists them as the engine does, newest first.
    if text.startswith("Image"):
        text = "".join(sorted(text.splitlines(keepends=True)))
    return re.sub(r"Deleted nodes: \[(.*)\]", lambda m: f"Deleted nodes: {sorted(m[1].split())}", text)


def without_help(text):
    return "HELP" if "\nUsage:\n" in text else text


def node_facts(container):
    """What docker's inspect says of a node, without what differs from run to run."""
    config, host = container["Config"], container["HostConfig"]
    mounts = [(mount["Type"], mount["Destination"], mount["RW"], mount.get("Propagation", ""),
               mount["Source"] if mount["Type"] == "bind" else "") for mount in container["Mounts"]]
    ports = {port: [(one["HostIp"], "chosen" if int(one["HostPort"]) >= 1024 else one["HostPort"]) for one in bound]
             for port, bound in (host["PortBindings"] or {}).items()}
    facts = {name: config.get(name) for name in ("Hostname", "Domainname", "User", "Tty", "OpenStdin", "Env", "Cmd",
                                                 "Image", "Volumes", "WorkingDir", "Entrypoint", "ExposedPorts")}
    # docker's client leaves the bare name of a variable that kind hands over and nobody set.
    facts["Env"] = sorted(variable for variable in facts["Env"] if "=" in variable)
    facts["Labels"] = {name: value for name, value in config["Labels"].items() if not name.startswith(OWN_LABELS)}
    facts |= {name: host[name] for name in host if name not in ("PortBindings", "Binds", "Mounts", "LogConfig",
                                                                "ConsoleSize", "ContainerIDFile", "CgroupParent")}
    facts["Binds"] = sorted(host["Binds"] or [])
    facts["Mounts"] = sorted(mounts)
    facts["PortBindings"] = ports
    facts["Networks"] = sorted(container["NetworkSettings"]["Networks"])
    return {name: value or None for name, value in facts.items()}  # not given and empty are one


def shape(kubeconfig):
    """A kubeconfig with keys, certificates and the port left out; what holds nothing is as good as absent."""
    text = re.sub(r"(?m)(-data: ).*", r"\1DATA", kubeconfig)
    text = re.sub(r'(?m)^(clusters: \[\]|contexts: \[\]|users: \[\]|current-context: "")\n', "", text)
    return re.sub(r"(https://127\.0\.0\.1:)\d+", r"\1PORT", text)


class InKindsPlace(Scenario):
    def setUp(self):
        super().setUp()
        self.kind = shutil.which("kind")
        self.assertTrue(self.kind, "kind is not on PATH; tools/kind-for-tests installs it")
        self.ours = self.folder / "bin" / "kind"
        self.ours.parent.mkdir()
        self.ours.symlink_to(pathlib.Path(INGOT).resolve())
        for name, text in WRONG.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def say(self, program, words, **how):
        """`words` given to a program, with a home and a working folder that both share."""
        env = {"HOME": str(self.folder), "KUBECONFIG": str(self.folder / "kubeconfig")}
        result = command.run(str(program), *words.split(), env=env, cwd=self.folder, **how)
        return Said(words, result.code, masked(without_help(result.out)), masked(result.err))

    def compare(self, lines, our_words=False):
        for line in lines:
            kind, ours = self.say(self.kind, line), self.say(self.ours, line)
            if our_words:
                for said in (kind, ours):
                    said.err = re.sub(r"(?s)(ERROR: failed to create cluster: ).*", r"\1REASON", said.err)
                    said.err = re.sub(r"^cgroup v1 is deprecated.*\n", "", said.err)
            with self.subTest(line):
                self.assertEqual(ours, kind)

    def test_without_a_cluster(self):
        self.compare(line.format(name=new_name()) for line in WITHOUT_CLUSTER)
        self.compare((line.format(name=new_name()) for line in IN_OUR_WORDS), our_words=True)

    def make_images(self):
        archive = images.Image(label="kind").docker_archive(SMALL)
        ENGINE.load_image(archive)
        ENGINE.tag_image(SMALL, AGAIN)
        ENGINE.load_image(images.Image(label="other").docker_archive(OTHER))
        for name in (SMALL, AGAIN, OTHER):
            self.addCleanup(ENGINE.remove_image, name)
        (self.folder / "small.tar").write_bytes(archive)

    def names_in(self, node):
        """What containerd calls the image that was loaded."""
        names = command.succeed("docker", "exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q").out.split()
        return sorted(one for one in names if SMALL.split(":", maxsplit=1)[0] in one and "@" not in one)

    def wait_for_ids(self, name, loaded):
        """A node's containerd has a row for an image's id a moment after the import."""
        def rows(node):
            return command.succeed("docker", "exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q").out.split()
        ids = {ENGINE.request("GET", f"/images/{image}/json")["Id"] for image in loaded}
        for node in ENGINE.nodes(name):
            waiting.until(f"{node} has {ids}", lambda one=node: ids <= set(rows(one)))

    def load_again(self, program, name):
        """What is said of images that nodes have. kind asks crictl, which our node image lacks."""
        for node in ENGINE.nodes(name):
            command.succeed("docker", "cp", str(pathlib.Path(__file__).parent / "crictl"), f"{node}:/usr/local/bin/crictl")
        self.wait_for_ids(name, [SMALL])
        said = []
        for names in ([SMALL], [AGAIN], [SMALL, AGAIN, SMALL], [OTHER, SMALL], [SMALL, OTHER]):
            said.append(self.say(program, f"load docker-image {' '.join(names)} --name {name}"))
            self.wait_for_ids(name, names)
        return said

    def exported(self, program, name, folder):
        """What is said of an export, and its files."""
        said = self.say(program, f"export logs {folder} --name {name}")
        said.words = said.words.replace(folder, "FOLDER")
        said.out = said.out.replace(folder, "FOLDER")
        return said, sorted(str(path.relative_to(self.folder / folder)) for path in (self.folder / folder).rglob("*"))

    def live(self, program, name):
        """A cluster's whole life, as a list of what was said, and what there was in the middle of it."""
        (self.folder / "kubeconfig").unlink(missing_ok=True)
        (self.folder / "cluster.yaml").write_text(CONFIG.format(folder=self.folder), encoding="utf-8")
        create = f"create cluster --name {name} --config cluster.yaml --image {IMAGE}"
        said = [self.say(program, line) for line in (
            f"{create} --wait 3m", create, f"get nodes --name {name}", f"export kubeconfig --name {name}",
            f"export kubeconfig --name {name} --kubeconfig other --internal",
            f"load docker-image {SMALL} --name {name}", f"load docker-image ingot.invalid/none --name {name}",
            f"load docker-image {SMALL} --name {name} --nodes {name}-worker,foo")]
        said += self.load_again(program, name)
        said += [self.say(program, line) for line in (
            f"load image-archive small.tar --name {name} --nodes {name}-worker",
            f"load image-archive small.tar --name {name} --nodes foo",
            f"load image-archive small.tar small.tar --name {name}")]
        with self.subTest("export logs"):
            self.assertEqual(self.exported(self.ours, name, f"{name}-ours"), self.exported(self.kind, name, f"{name}-kind"))
        printed = command.run(str(program), "get", "kubeconfig", "--name", name)
        internal = command.run(str(program), "get", "kubeconfig", "--name", name, "--internal")
        clusters = command.run(str(program), "get", "clusters").out.split()
        loaded = {node: self.names_in(node) for node in ENGINE.nodes(name)}
        facts = {node: node_facts(ENGINE.inspect(node)) for node in ENGINE.nodes(name)}
        files = [shape((self.folder / file).read_text(encoding="utf-8")) for file in ("kubeconfig", "other")]
        said += [self.say(program, line) for line in (f"delete cluster --name {name}", f"delete cluster --name {name}")]
        files.append(shape((self.folder / "kubeconfig").read_text(encoding="utf-8")))
        # In kind's lists the order of nodes that were made at once is chance.
        said[2].out = sorted(said[2].out.split())
        return said, facts, {"loaded": loaded, "listed": name in clusters, "printed": shape(printed.out),
                             "internal": shape(internal.out), "files": files, "mode": (self.folder / "kubeconfig").stat().st_mode}

    def test_the_life_of_a_cluster(self):
        self.make_images()
        with gone_afterwards(new_name()) as name:
            kind_said, kind_facts, kind_left = self.live(self.kind, name)
            ours_said, ours_facts, ours_left = self.live(self.ours, name)
        for kind, ours in zip(kind_said, ours_said):
            with self.subTest(kind.words):
                self.assertEqual(ours, kind)
        self.assertEqual(sorted(ours_facts), sorted(kind_facts))
        for node, facts in kind_facts.items():
            for fact, value in facts.items():
                with self.subTest(node=node, fact=fact):
                    self.assertEqual(ours_facts[node][fact], value)
        for what, value in kind_left.items():
            with self.subTest(what):
                self.assertEqual(ours_left[what], value)


if __name__ == "__main__":
    import unittest
    unittest.main()
