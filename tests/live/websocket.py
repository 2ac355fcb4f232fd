# SPDX-License-Identifier: Apache-2.0
"""A WebSocket client (RFC 6455) of a few lines, which can also say what no client should."""
import base64
import json
import os
import socket
import struct

LIMIT = 60  # seconds that any answer may take

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Refused(Exception):
    """The server has answered the handshake with another status."""

    def __init__(self, status):
        super().__init__(f"HTTP {status}")
        self.status = status


class WebSocket:
    def __init__(self, address, target="/live", headers=(), tls=None):
        """`address`: a path, or a host and a port; `tls`: an ssl.SSLContext."""
        is_path = isinstance(address, str)
        self.socket = socket.socket(socket.AF_UNIX if is_path else socket.AF_INET)
        self.socket.settimeout(LIMIT)
        self.close_code = None
        self._file = None
        try:
            self.socket.connect(address)
            if tls:
                self.socket = tls.wrap_socket(self.socket, server_hostname=address[0])
            self._file = self.socket.makefile("rb")
            self._shake_hands(target, headers)
        except BaseException:
            self.close()
            raise

    def _shake_hands(self, target, headers):
        lines = [f"GET {target} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", *headers]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass
        if status != 101:
            raise Refused(status)

    def send_bytes(self, data):
        self.socket.sendall(data)

    def send_frame(self, opcode, payload=b"", masked=True, final=True):
        head = bytes([(128 if final else 0) | opcode])
        mask = 128 if masked else 0
        if len(payload) < 126:
            head += bytes([mask | len(payload)])
        elif len(payload) < 65536:
            head += bytes([mask | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([mask | 127]) + struct.pack(">Q", len(payload))
        key = os.urandom(4) if masked else b""
        body = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload)) if masked else payload
        self.send_bytes(head + key + body)

    def send(self, message):
        self.send_frame(TEXT, (message if isinstance(message, str) else json.dumps(message)).encode())

    def hello(self, **members):
        self.send({"type": "hello", **members})
        return self

    def _read(self, size):
        data = self._file.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def receive_text(self):
        """The next message, of as many frames as it takes; None once the server has closed."""
        message = b""
        while True:
            try:
                first, length = self._read(2)
                if length == 126:
                    length = struct.unpack(">H", self._read(2))[0]
                elif length == 127:
                    length = struct.unpack(">Q", self._read(8))[0]
                payload = self._read(length)
            except (EOFError, ConnectionError):
                return None
            if first & 15 == CLOSE:
                self.close_code = struct.unpack(">H", payload[:2])[0] if payload else None
                return None
            if first & 15 == PING:
                self.send_frame(PONG, payload)
            elif first & 15 in (TEXT, CONTINUATION):
                message += payload
                if first & 128:
                    return message.decode()

    def receive(self):
        text = self.receive_text()
        return None if text is None else json.loads(text)

    def receive_snapshot(self):
        """Welcome and all parts of the snapshot after it, as they came."""
        messages = [self.receive()]
        while not messages[-1].get("complete"):
            messages.append(self.receive())
        return messages

    def close(self):
        if self._file:
            self._file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
