# SPDX-License-Identifier: Apache-2.0
"""DNS questions asked from a node's network namespace: no client program is needed in the node or a pod."""
import shutil

from live import command


def ask(pid, server, name, kind="A", seconds=1, inside=()):
    """The first answer of `server` to a question for `kind`; empty when there is none within that time. `inside` is put
    before the command line where the process is known by this id only somewhere else."""
    return dig(*inside, "nsenter", "-t", str(pid), "-n", "dig", f"+time={seconds}", f"@{server}", name, kind)


def ask_from_here(server, port, name, kind="A"):
    """The same from this machine, by TCP."""
    return dig("dig", "+tcp", "+time=1", "-p", str(port), f"@{server}", name, kind)


def dig(*question):
    for program in {question[0], "dig"}:
        if not shutil.which(program):
            raise AssertionError(f"this needs {program} (Debian: util-linux, bind9-dnsutils)")
    answer = command.run(*question, "+short", "+tries=1")
    first = answer.out.strip().split("\n")[0]
    return "" if answer.code or first.startswith(";") else first
