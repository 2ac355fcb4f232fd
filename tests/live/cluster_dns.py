# SPDX-License-Identifier: Apache-2.0
"""DNS questions asked from a node's network namespace: no client program is needed in the node or a pod."""
import shutil

from live import command


def ask(pid, server, name):
    """The first answer of `server` to an A question; empty when there is none within a second."""
    for program in ("nsenter", "dig"):
        if not shutil.which(program):
            raise AssertionError(f"this needs {program} (Debian: util-linux, bind9-dnsutils)")
    answer = command.run("nsenter", "-t", str(pid), "-n", "dig", "+short", "+time=1", "+tries=1", f"@{server}", name)
    first = answer.out.strip().split("\n")[0]
    return "" if answer.code or first.startswith(";") else first
