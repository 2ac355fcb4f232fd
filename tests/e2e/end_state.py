# SPDX-License-Identifier: Apache-2.0
"""Everything a finished cluster consists of, as flat text that two clusters of one name can be compared by.

A snapshot maps paths to values: "object/Deployment kube-system/coredns/spec/replicas" -> "1". What differs between any
two clusters (addresses, keys, times, random suffixes) is replaced by a word for it.
"""
import base64
import collections
import io
import ipaddress
import json
import re
import subprocess
import tarfile

from live import command
from support import ENGINE

# Kinds whose objects come and go by themselves, or are views of others.
TRANSIENT_KINDS = {"events", "events.events.k8s.io", "componentstatuses", "leases.coordination.k8s.io",
                   "endpoints", "endpointslices.discovery.k8s.io", "pods.metrics.k8s.io", "nodes.metrics.k8s.io"}
VOLATILE_METADATA = {"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink"}
# A status is what controllers saw, not what was asked for; these parts of it still tell how a cluster was made.
KEPT_STATUS = {"Namespace": ("phase",), "Node": ("nodeInfo",)}
EXISTS = "(exists)"
LIST_KEYS = ("name", "key", "type", "containerPort", "mountPath", "ip", "kind")
NODE_FILES = ("etc/kubernetes", "var/lib/kubelet", "etc/cni/net.d", "kind/kubeadm.conf", "kind/version")
ADDRESSES = {"IPAddress": "address", "GlobalIPv6Address": "address6", "Gateway": "gateway",
             "IPv6Gateway": "gateway6"}
# What kubelet makes there while it runs.
RUNTIME_FILES = re.compile(r"var/lib/kubelet/(plugins|plugins_registry|device-plugins|pod-resources|checkpoints"
                           r"|allocated_pods_state|actuated_pods_state|dra_manager_state|cpu_manager_state"
                           r"|memory_manager_state)(/|$)")

_TAR_WHAT_IS_THERE = """cd / && for path in "$@"; do test ! -e "$path" || echo "$path"; done |
    tar -cf - --one-file-system --exclude=var/lib/kubelet/pods -T -"""
_TAR_TYPES = {tarfile.REGTYPE: "file", tarfile.DIRTYPE: "folder", tarfile.SYMTYPE: "link"}
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.S)
_ENCODED_PEM = re.compile(r"\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]{40,}")

_WORDS = [
    (_PEM, "<pem>"),
    (_ENCODED_PEM, "<pem>"),
    (re.compile(r"\bkubelet-client-\d[\d-]*\.pem"), "kubelet-client-<time>.pem"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<time>"),
    (re.compile(r"\bkube-api-access-[a-z0-9]{5}\b"), "kube-api-access-<random>"),
    (re.compile(r"\bX509SHA256=[0-9a-f]{64}\b"), "<fingerprint>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<machine>"),
    (re.compile(r"(?<=@)\d{10}\b"), "<time>"),
    (re.compile(r"^MjAy[A-Za-z0-9+/]+=*$"), "<encoded time>"),
    (re.compile(r"\bsha256:[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]*\.[\w-]+"), "<token>"),
]


class Snapshot:
    def __init__(self, cluster, kubectl):
        self.cluster = cluster
        self.kubectl = kubectl
        self.nodes = ENGINE.nodes(cluster)
        self.inspected = {node: ENGINE.inspect(node) for node in self.nodes}
        self.words = [*self._own_words(), *_WORDS]
        self.values = {}
        self._objects()
        for node in self.nodes:
            self._files(node)
            self._container(node)

    def _own_words(self):
        """Patterns for what is only this cluster's: its name, addresses and published ports."""
        for node, seen in self.inspected.items():
            for network in seen["NetworkSettings"]["Networks"].values():
                for field, word in ADDRESSES.items():
                    for text in _spellings(network.get(field)):
                        address = rf"(?<![\d.]){re.escape(text)}(?![\dA-Fa-f])"
                        yield re.compile(address), f"<{word} of {self._role(node)}>"
            for ports in (seen["NetworkSettings"]["Ports"] or {}).values():
                for port in ports or []:
                    yield re.compile(rf"(?<=:){port['HostPort']}\b|^{port['HostPort']}$"), "<host port>"
        yield re.compile(re.escape(self.cluster)), "<cluster>"

    def _word_for(self, text):
        """`text` without what is different in every cluster."""
        for pattern, word in self.words:
            text = pattern.sub(word, text)
        return text

    def _put(self, path, value):
        """Flattens a JSON value; members of lists go by their name where they have one, not by position."""
        if isinstance(value, dict) and value:
            for key, member in value.items():
                self._put(f"{path}/{key}", member)
        elif isinstance(value, list) and value and all(isinstance(member, dict) for member in value):
            for index, member in enumerate(value):
                name = next((str(member[key]) for key in LIST_KEYS if key in member), str(index))
                self._put(f"{path}[{self._word_for(name)}]", member)
        elif isinstance(value, list) and value:
            for index, member in enumerate(value):
                self._put(f"{path}[{index}]", member)
        elif isinstance(value, str) and "\n" in value:
            self._put_lines(path, value)
        elif value or value is False or value == 0:  # nothing is nothing, however it is written
            self.values[path] = self._word_for(value if isinstance(value, str) else json.dumps(value))

    def _objects(self):
        kinds = self.kubectl("api-resources", "--verbs=list", "-o", "name").split()
        items = self.kubectl.items(",".join(sorted(set(kinds) - TRANSIENT_KINDS)), "-A")
        self.words = [*_template_hashes(items), *self.words]
        for item in items:
            self._object(item)

    def _object(self, item):
        metadata = item["metadata"]
        for field in VOLATILE_METADATA & metadata.keys():
            del metadata[field]
        status = item.pop("status", {})
        for field in KEPT_STATUS.get(item["kind"], ()):
            item[f"status.{field}"] = status.get(field)
        for owner in metadata.get("ownerReferences", []):
            owner.pop("uid")
        where = f"object/{item['kind']} {metadata.get('namespace', '')}/{self._word_for(self._stable_name(item))}"
        self.values[where] = EXISTS
        self._put(where, item)

    @staticmethod
    def _stable_name(item):
        """The object's name; without its random end where an owner gave it one. The name inside is made the same."""
        metadata = item["metadata"]
        base = metadata.pop("generateName", "")
        owners = {owner["kind"] for owner in metadata.get("ownerReferences", [])}
        if item["kind"] == "CertificateSigningRequest":
            metadata["name"] = "csr-<random>"
        elif base and "DaemonSet" in owners:
            metadata["name"] = f"{base}<random> on {item['spec']['nodeName']}"
        elif base and "ReplicaSet" in owners:  # where they run is the scheduler's choice
            metadata["name"] = base + "<random>"
            del item["spec"]["nodeName"]
        return metadata["name"]

    def _files(self, node):
        archive = subprocess.run(["docker", "exec", node, "sh", "-c", _TAR_WHAT_IS_THERE, "sh", *NODE_FILES],
                                 check=True, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            for entry in tar:
                if RUNTIME_FILES.match(entry.name):
                    continue
                where = f"file/{self._role(node)}:/{self._word_for(entry.name)}"
                self.values[where] = self._word_for(
                    f"{_TAR_TYPES.get(entry.type)} {entry.mode:o} {entry.uid}:{entry.gid} {entry.linkname}".strip())
                if entry.isreg():
                    self._content(where, entry.name, tar.extractfile(entry).read().decode(errors="replace"))

    def _content(self, where, name, text):
        """Certificates by what they say; anything else by its lines, whose order says nothing in these files."""
        if name.endswith((".json", ".conflist")):
            self._put(where, json.loads(text))
            return
        for index, pem in enumerate(_pem_blocks(text)):
            self.values[f"{where} pem {index}"] = self._word_for(_describe(pem))
        self._put_lines(where, text)

    def _put_lines(self, where, text):
        lines = collections.Counter(_plain_line(line) for line in self._word_for(text).splitlines())
        for line, times in lines.items():
            self.values[f"{where}: {line}"] = str(times)

    def _role(self, node):
        return node.removeprefix(self.cluster + "-")

    def _container(self, node):
        seen = self.inspected[node]
        variables = dict(variable.partition("=")[::2] for variable in seen["Config"]["Env"])
        self._put(f"container/{self._role(node)}/Config", {**seen["Config"], "Env": variables})
        self._put(f"container/{self._role(node)}/HostConfig",
                  {**seen["HostConfig"], "SecurityOpt": sorted(seen["HostConfig"]["SecurityOpt"])})
        self._put(f"container/{self._role(node)}/Mounts", [
            {key: mount.get(key) for key in ("Type", "Destination", "Mode", "RW", "Propagation")}
            for mount in sorted(seen["Mounts"], key=lambda mount: mount["Destination"])])
        self._put(f"container/{self._role(node)}/Networks", {
            name: {key: network.get(key) for key in ("IPAddress", "Gateway", "GlobalIPv6Address", "IPv6Gateway", "Aliases", "Links")}
            for name, network in seen["NetworkSettings"]["Networks"].items()})


def _spellings(address):
    """An address as everybody writes it, and an IPv6 one as OpenSSL does: FD00:10:96:0:0:0:0:1."""
    if not address:
        return []
    whole = ipaddress.ip_address(address)
    long = ":".join(f"{int(group, 16):X}" for group in whole.exploded.split(":")) if whole.version == 6 else address
    return sorted({address, long})


def _plain_line(line):
    """A line of YAML however its writer quotes, indents and says nothing."""
    return re.sub(r"(: |^)(\[\]|\{\}|null)$", r"\1", re.sub(r"[\"']", "", line.strip().removeprefix("- "))).strip()


def _pem_blocks(text):
    for encoded in _ENCODED_PEM.findall(text):
        text += base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode(errors="replace")
    return [match.group(0) for match in _PEM.finditer(text)]


def _describe(pem):
    """Who a certificate is for and what it is good for; what kind of key a key is."""
    if "BEGIN CERTIFICATE" in pem:
        program = ["openssl", "x509", "-noout", "-subject", "-issuer",
                   "-ext", "subjectAltName,keyUsage,extendedKeyUsage,basicConstraints"]
    elif "BEGIN PUBLIC" in pem:
        program = ["openssl", "pkey", "-pubin", "-noout", "-text"]
    else:
        program = ["openssl", "pkey", "-noout", "-text"]
    told = command.succeed(*program, stdin=pem).out
    return told.strip() if "CERTIFICATE" in pem else told.splitlines()[0]


def _template_hashes(items):
    """The names that controllers give to versions of pod templates."""
    for item in items:
        for label in ("pod-template-hash", "controller-revision-hash"):
            value = item["metadata"].get("labels", {}).get(label)
            if value:
                yield re.compile(rf"\b{re.escape(value)}\b"), f"<{label}>"


def differences(left, right):
    """{path: (left value, right value)} of two snapshots; "" where one has nothing. A whole object is one path."""
    found, missing = {}, None
    for path in sorted(left.values.keys() | right.values.keys()):
        pair = left.values.get(path, ""), right.values.get(path, "")
        if pair[0] == pair[1] or (missing and path.startswith(missing + "/")):
            continue
        if EXISTS in pair:
            missing = path
        found[path] = pair
    return found
