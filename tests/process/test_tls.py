# SPDX-License-Identifier: Apache-2.0
"""ingot serve where others can reach it: TLS alone, whom clients take for it, and what the hostile get."""
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import tempfile
import unittest
import warnings

from live.websocket import Refused, WebSocket
from live_server import LiveTest
from program import LIMIT


class TlsTest(LiveTest):
    listen = ("--listen", "127.0.0.1:0", "--tls")

    def setUp(self):
        super().setUp()
        self.engine.set_node("demo-worker", "running")
        self.serving = self.serve(*self.listen)
        self.port = int(self.serving["address"].rsplit(":", 1)[1])
        self.url = f"https://127.0.0.1:{self.port}"
        with open(self.serving["tokenFile"], encoding="ascii") as file:
            self.token = file.read().strip()
        self.tls = ssl.create_default_context(cafile=self.serving["certificate"])

    def ask(self, target, headers=(), connection=None):
        connection = connection or http.client.HTTPSConnection("127.0.0.1", self.port, timeout=LIMIT, context=self.tls)
        self.addCleanup(connection.close)
        connection.request("GET", target, headers={"Authorization": f"Bearer {self.token}", **dict(headers)})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def dropped(self, reason):
        found = re.search(rf'ingot_dropped_total{{reason="{reason}"}} (\d+)', self.get("/metrics")[1])
        return int(found[1]) if found else 0

    def raw(self):
        client = socket.create_connection(("127.0.0.1", self.port), LIMIT)
        self.addCleanup(client.close)
        return client

    def become_somebody_else(self):
        """With the token, but without the server's files."""
        self.env["INGOT_TOKEN"] = self.token
        self.env["HOME"] = self.enterContext(tempfile.TemporaryDirectory(prefix="ingot-"))
        del self.env["XDG_RUNTIME_DIR"]


class Serving(TlsTest):
    def test_the_certificate_is_kept_and_told_of(self):
        self.assertEqual(self.serving["url"], self.url)
        with open(self.serving["certificate"], encoding="ascii") as file:
            der = ssl.PEM_cert_to_DER_cert(file.read())
        self.assertEqual(self.serving["fingerprint"], "sha256:" + hashlib.sha256(der).hexdigest())
        key = os.path.join(os.path.dirname(self.serving["certificate"]), "tls-key.pem")
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
        self.server.send_signal(signal.SIGINT)
        self.server.wait(LIMIT)
        self.assertEqual(self.serve(*self.listen)["fingerprint"], self.serving["fingerprint"])

    def test_people_are_told_the_fingerprint(self):
        server = self.start_ingot("serve", "--socket", "other.sock", *self.listen)
        said = [server.stderr.readline() for _ in range(4)]
        self.assertIn("serving at https://127.0.0.1:", said[1])
        self.assertIn(self.serving["fingerprint"], said[2])
        self.assertIn("open in a browser: https://127.0.0.1:", said[3])

    @unittest.skipUnless(shutil.which("curl"), "no curl here")
    def test_curl_takes_the_certificate(self):
        for host in ("127.0.0.1", "localhost"):
            done = subprocess.run(["curl", "-sS", "--cacert", self.serving["certificate"], "-H",
                                   f"Authorization: Bearer {self.token}", f"https://{host}:{self.port}/healthz"],
                                  capture_output=True, text=True, timeout=LIMIT, check=False)
            self.assertEqual((done.stdout, done.stderr), ("ok\n", ""))

    def test_the_same_as_without(self):
        self.assertEqual(json.loads(self.ask("/state?kind=node")[1])["snapshot"]["objects"][0]["id"], "demo-worker")
        self.assertEqual(self.ask("/state", {"Authorization": "Bearer wrong"})[0], 401)
        self.assertEqual(self.ask("/", {"Authorization": ""})[0], 200)
        with open(self.serving["tokenFile"] + "-readonly", encoding="ascii") as file:
            reading = file.read().strip()
        for token, may_run in ((self.token, True), (reading, False)):
            with WebSocket(("127.0.0.1", self.port), f"/live?token={token}", tls=self.tls) as client:
                welcome, snapshot = client.hello(filter={"kinds": ["node"]}).receive_snapshot()
                self.assertEqual(welcome["commands"], may_run)
                self.assertEqual([item["id"] for item in snapshot["objects"]], ["demo-worker"])
        self.assertEqual(self.dropped("handshake"), 0)

    def test_pages_of_others_are_refused(self):
        for origin, expected in ((self.url, "welcome"), (f"https://localhost:{self.port}", "welcome"),
                                 (f"http://127.0.0.1:{self.port}", 403), ("https://evil.example", 403)):
            try:
                with WebSocket(("127.0.0.1", self.port), f"/live?token={self.token}", [f"Origin: {origin}"],
                               tls=self.tls) as client:
                    found = client.hello().receive()["type"]
            except Refused as refused:
                found = refused.status
            self.assertEqual(found, expected, origin)

    def test_a_connection_ends_in_order(self):
        with self.tls.wrap_socket(self.raw(), server_hostname="127.0.0.1", suppress_ragged_eofs=False) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while client.recv(4096):  # an end that the server has not said is an error here
                pass

    def test_who_speaks_http_is_told(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        status, text = self.ask("/state", connection=connection)
        self.assertEqual((status, json.loads(text)["message"]), (400, "the server speaks TLS here"))
        self.assertEqual(self.dropped("handshake"), 1)

    def test_its_own_certificate_is_no_use_when_others_can_read_the_key(self):
        os.chmod(os.path.join(os.path.dirname(self.serving["certificate"]), "tls-key.pem"), 0o644)
        result = self.run_ingot("serve", "--socket", "other.sock", *self.listen)
        self.assertEqual(result.returncode, 5)
        self.assertIn("others may read it", result.stderr)

    def test_all_that_is_wrong_at_once(self):
        result = self.run_ingot("serve", "--tls-cert", "none.pem", "-o", "json")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(json.loads(result.stderr)["problems"]), 2)
        result = self.run_ingot("serve", "--socket", "other.sock", "--listen", "0.0.0.0:0", "--tls-cert", "none.pem",
                                "--tls-key", "none.key", "-o", "json")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(json.loads(result.stderr)["problems"]), 2)


class Everywhere(TlsTest):
    listen = ("--listen", "0.0.0.0:0")

    def test_nothing_but_tls_is_spoken(self):
        self.assertTrue(self.serving["url"].startswith("https://"))
        self.assertEqual(self.ask("/healthz"), (200, "ok\n"))
        plain = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        self.assertEqual(self.ask("/", connection=plain)[0], 400)

    def test_a_page_may_be_reached_by_any_address_of_the_machine(self):
        self.assertEqual(self.ask("/healthz", {"Origin": self.url})[0], 200)
        self.assertEqual(self.ask("/healthz", {"Origin": f"https://192.0.2.77:{self.port}"})[0], 403)


class Hostile(TlsTest):
    """Whatever one client sends, another one goes on."""

    def setUp(self):
        super().setUp()
        self.witness = self.subscriber(filter={"kinds": ["node"]})

    def tearDown(self):
        self.engine.set_node("demo-worker", "exited")
        self.assertEqual(self.witness.receive()["set"]["data"]["state"], "exited")
        self.assertIsNone(self.server.poll())

    def until_cut_off(self, client):
        try:
            while client.recv(4096):
                pass
        except ConnectionError:
            pass

    def test_garbage_and_half_a_handshake(self):
        hello = bytes.fromhex("16030100c8010000c40303") + bytes(50)
        beginnings = (b"\xff" * 100, b"\x16\x03\x01\xff\xff" + b"\0" * 70000, b"\x80\x2e\x01\0\x02", hello)
        for beginning in beginnings:
            client = self.raw()
            try:
                client.sendall(beginning)
                client.shutdown(socket.SHUT_WR)
            except ConnectionError:
                pass
            self.until_cut_off(client)
        self.assertEqual(self.dropped("handshake"), len(beginnings))

    def test_who_never_ends_its_handshake_is_cut_off(self):
        silent, slow = self.raw(), self.raw()
        slow.sendall(bytes.fromhex("16030100c8010000c40303"))
        self.until_cut_off(silent)
        self.until_cut_off(slow)
        self.assertEqual(self.dropped("handshake"), 2)

    def test_old_versions_are_not_spoken(self):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore"):
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with self.assertRaisesRegex(ssl.SSLError, "ALERT_PROTOCOL_VERSION"):
            old.wrap_socket(self.raw())

    @unittest.skipUnless(shutil.which("openssl"), "no openssl here")
    def test_nothing_is_negotiated_again(self):
        client = subprocess.Popen(["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{self.port}"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        next(line for line in client.stdout if "Extended master secret" in line)  # the last thing of the handshake
        client.stdin.write("R\n")
        client.stdin.flush()
        self.assertIn("no renegotiation", client.communicate(timeout=LIMIT)[0])

    def test_strangers_leave_room_for_others(self):
        crowd = [self.raw() for _ in range(300)]
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))
        for client in crowd:
            client.close()


class Clients(TlsTest):
    def cluster_names(self, *flags, place=None):
        return self.run_ingot("--server", place or self.url, *flags, "cluster", "list", "-o", "name")

    def test_the_users_own_server_is_known(self):
        self.assertEqual(self.cluster_names().stdout, "cluster/demo\n")
        self.assertEqual(self.cluster_names(place=f"https://localhost:{self.port}/").stdout, "cluster/demo\n")

    def test_others_are_told_the_fingerprint_and_pin_it(self):
        self.become_somebody_else()
        unknown = self.cluster_names()
        self.assertEqual(unknown.returncode, 1)
        self.assertIn(f"--server-cert {self.serving['fingerprint']}", unknown.stderr)
        self.assertEqual(self.cluster_names("--server-cert", self.serving["fingerprint"]).stdout, "cluster/demo\n")
        self.assertEqual(self.cluster_names("--server-cert", self.serving["certificate"]).stdout, "cluster/demo\n")
        self.env["INGOT_SERVER_CERT"] = self.serving["fingerprint"]
        self.assertEqual(self.cluster_names().stdout, "cluster/demo\n")
        self.env["INGOT_SERVER_CERT"] = "sha256:" + "0" * 64
        self.assertEqual(self.cluster_names().returncode, 1)
        self.env["INGOT_SERVER_CERT"] = "sha256:0"
        self.assertEqual(self.cluster_names().returncode, 2)

    def test_watch_and_join_go_there(self):
        self.become_somebody_else()
        self.env["INGOT_SERVER"], self.env["INGOT_SERVER_CERT"] = self.url, self.serving["fingerprint"]
        process = self.start_ingot("watch", "nodes", "-o", "json")
        self.assertEqual(json.loads(process.stdout.readline())["type"], "welcome")
        self.assertEqual(json.loads(process.stdout.readline())["objects"][0]["id"], "demo-worker")
        self.engine.set_node("demo-worker", "exited")
        self.assertEqual(json.loads(process.stdout.readline())["set"]["data"]["state"], "exited")
        joined = self.run_ingot("join")
        self.assertEqual(joined.returncode, 3)
        self.assertIn("no command runs", joined.stderr)

    def test_one_side_with_tls_and_one_without(self):
        result = self.cluster_names(place=f"127.0.0.1:{self.port}")
        self.assertEqual(result.returncode, 5)
        self.assertIn("the server speaks TLS here", result.stderr)
        self.assertIn("--server https://", result.stderr)
        plain = self.start_ingot("serve", "--socket", "other.sock", "--listen", "127.0.0.1:0", "-o", "json")
        address = next(line for line in plain.stdout if '"address"' in line).split('"')[3]
        result = self.cluster_names(place=f"https://{address}")
        self.assertEqual(result.returncode, 5)
        self.assertIn("TLS", result.stderr)

    def test_the_token_never_goes_beyond_this_machine_without_tls(self):
        for place in ("192.0.2.1:7700", "http://192.0.2.1:7700"):
            result = self.cluster_names(place=place)
            self.assertEqual(result.returncode, 2)
            self.assertIn("--server https://192.0.2.1:7700", result.stderr)

    def test_a_certificate_is_for_tls(self):
        result = self.cluster_names("--server-cert", self.serving["fingerprint"], place=self.path)
        self.assertEqual(result.returncode, 2)


if __name__ == "__main__":
    unittest.main()
