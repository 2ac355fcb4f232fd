# SPDX-License-Identifier: Apache-2.0
"""A program on a terminal of its own, read until something appears."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time


class PtySession:
    def __init__(self, command, env, folder, columns=60, rows=20):
        self.text = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, env)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._status = None

    def read_until(self, pattern, limit=60):
        """The text so far, once it matches."""
        deadline = time.monotonic() + limit
        while not re.search(pattern, self.text):
            if not self._read_piece(deadline - time.monotonic()):
                raise AssertionError(f"{pattern!r} did not appear in {self.text!r}")
        return self.text

    def _read_piece(self, limit):
        if limit <= 0 or not select.select([self.terminal], [], [], limit)[0]:
            return False
        try:
            piece = os.read(self.terminal, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        self.text += piece.decode("utf-8", "replace")
        return bool(piece)

    def send(self, text):
        os.write(self.terminal, text.encode())

    def finish(self, limit=60):
        """Reads to the end; the exit code."""
        deadline = time.monotonic() + limit
        while self._read_piece(deadline - time.monotonic()):
            pass
        if self._status is None:
            self._status = os.waitpid(self.pid, 0)[1]
        return os.waitstatus_to_exitcode(self._status)

    def close(self):
        if self._status is None:
            try:
                os.kill(self.pid, 9)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        os.close(self.terminal)
