# SPDX-License-Identifier: Apache-2.0
"""One run of a client program: how long, how much processor, how much memory."""
import dataclasses
import os
import select
import subprocess
import tempfile
import time


@dataclasses.dataclass(frozen=True)
class ClientRun:
    begin: float  # time.monotonic()
    seconds: float
    cpu: float  # user and system, with every child that it waited for
    peak_mib: float  # the program itself, without children
    output: str


class ClientFailed(Exception):
    pass


def _peak_kib(pid):
    """The high-water mark so far; rusage will not do, it begins with the size of the process that forked."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def run_client(command, env):
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   env={**os.environ, **env})
        end_of_process = os.pidfd_open(process.pid)
        peak = 0
        while not select.select([end_of_process], [], [], 0.03)[0]:
            peak = max(peak, _peak_kib(process.pid))
        seconds = time.monotonic() - begin
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        os.close(end_of_process)
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        raise ClientFailed(f"{' '.join(command)}: exit {process.returncode}\n{text}")
    return ClientRun(begin, seconds, usage.ru_utime + usage.ru_stime, peak / 1024, text)
