# SPDX-License-Identifier: Apache-2.0
"""Records what a program writes to a terminal: record.py FILE COMMAND..., with what is to be typed as lines of
standard input, each when the program has been still for a while ("\\n" and the like are meant as in Python)."""

import codecs
import fcntl
import os
import pty
import select
import struct
import sys
import termios

STILL = 0.7  # seconds


def record(command, keys):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    said = b""
    while True:
        if select.select([terminal], [], [], STILL)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # Linux: the other side is closed
                break
            said += piece
        elif keys:
            os.write(terminal, codecs.escape_decode(keys.pop(0).encode())[0])
    os.waitpid(pid, 0)
    return said


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(record(sys.argv[2:], sys.stdin.read().splitlines()))
