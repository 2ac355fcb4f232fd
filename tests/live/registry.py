# SPDX-License-Identifier: Apache-2.0
"""A registry for one image, on this machine: as much of the protocol as `docker pull` speaks."""
import contextlib
import http.server
import threading

from live import images


@contextlib.contextmanager
def serving(image):
    """Yields (host and port, digest of the manifest). Any name and any tag is that image."""
    manifest, blobs = image.manifest()
    known = {f"sha256:{images.digest(one)}": one for one in [manifest, *blobs]}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            kind, _, reference = self.path.rpartition("/")
            body = known.get(reference, manifest if kind.endswith("/manifests") else None)
            if self.path == "/v2/":
                body = b"{}"
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            if body is manifest:
                self.send_header("Content-Type", images.MEDIA + "manifest.v1+json")
                self.send_header("Docker-Content-Digest", f"sha256:{images.digest(manifest)}")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body or b"")

        do_HEAD = do_GET

        def log_message(self, format, *args):  # pylint: disable=redefined-builtin
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", f"sha256:{images.digest(manifest)}"
    finally:
        server.shutdown()
        server.server_close()
