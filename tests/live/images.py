# SPDX-License-Identifier: Apache-2.0
"""Container images made from nothing: no registry and no builder is needed. Every image runs: its program waits."""
import functools
import hashlib
import io
import json
import platform
import random
import struct
import tarfile

MEDIA = "application/vnd.oci.image."
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# "for (;;) pause();" as machine code: the system call by its number, then back.
PROGRAMS = {
    "x86_64": (62, bytes.fromhex("b8220000000f05ebf7")),
    # ppoll without anything to wait for
    "aarch64": (183, bytes.fromhex("000080d2010080d2020080d2030080d2280980d2010000d4faffff17")),
}


@functools.cache
def waiting_program():
    """An ELF file that waits for ever."""
    machine, code = PROGRAMS[platform.machine()]
    base, start = 0x400000, 64 + 56
    size = start + len(code)
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, machine, 1, base + start, 64, 0, 0, 64, 56, 1,
                         0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000)
    return header + segment + code


def tar(files):
    """An archive of {path: (mode, bytes)}, the same for the same files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, (mode, content) in files.items():
            entry = tarfile.TarInfo(path)
            entry.mode, entry.size = mode, len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def layer(seed, mebibytes):
    """A layer of files that do not compress, 256 KiB each."""
    numbers = random.Random(seed)
    return tar({f"data/{seed}/{i}": (0o644, numbers.randbytes(1 << 18)) for i in range(mebibytes * 4)})


@functools.cache
def program_layer():
    return tar({"wait": (0o755, waiting_program())})


def digest(content):
    return hashlib.sha256(content).hexdigest()


def descriptor(kind, content):
    """As OCI manifests name their parts."""
    return {"mediaType": MEDIA + kind, "digest": "sha256:" + digest(content), "size": len(content)}


class Image:
    """An image of one platform with the given layers (tars) above the waiting program."""

    def __init__(self, *layers, label=""):
        self.layers = [program_layer(), *layers]
        self.config = json.dumps({
            "architecture": ARCHITECTURES[platform.machine()], "os": "linux",
            "config": {"Entrypoint": ["/wait"], "Labels": {"test": label}},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(one) for one in self.layers]},
        }).encode()
        self.id = "sha256:" + digest(self.config)

    def docker_archive(self, *names):
        """As `docker save` of engines before 25 writes it."""
        files = {f"{digest(one)}/layer.tar": (0o644, one) for one in self.layers}
        files[f"{digest(self.config)}.json"] = (0o644, self.config)
        manifest = [{"Config": f"{digest(self.config)}.json", "RepoTags": list(names),
                     "Layers": [f"{digest(one)}/layer.tar" for one in self.layers]}]
        files["manifest.json"] = (0o644, json.dumps(manifest).encode())
        return tar(files)

    def manifest(self):
        """The manifest, and the blobs that it names."""
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MEDIA + "manifest.v1+json",
                               "config": descriptor("config.v1+json", self.config),
                               "layers": [descriptor("layer.v1.tar", one) for one in self.layers]}).encode()
        return manifest, [self.config, *self.layers]

    def oci_archive(self, *names):
        """An OCI image layout, without Docker's manifest.json."""
        manifest, blobs = self.manifest()
        index = {"schemaVersion": 2, "mediaType": MEDIA + "index.v1+json",
                 "manifests": [{**descriptor("manifest.v1+json", manifest),
                                "annotations": {"io.containerd.image.name": name}} for name in names]}
        files = {"oci-layout": (0o644, b'{"imageLayoutVersion":"1.0.0"}'),
                 "index.json": (0o644, json.dumps(index).encode())}
        for content in [manifest, *blobs]:
            files[f"blobs/sha256/{digest(content)}"] = (0o644, content)
        return tar(files)
