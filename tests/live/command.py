# SPDX-License-Identifier: Apache-2.0
"""Running programs: to their end, or beside the test with their output read line by line."""
import dataclasses
import os
import queue
import shlex
import subprocess
import threading
import time


@dataclasses.dataclass(frozen=True)
class Result:
    command: list
    code: int
    out: str
    err: str
    seconds: float

    def __str__(self):
        return (f"$ {shlex.join(self.command)}\nexit {self.code} after {self.seconds:.2f} s\n"
                f"--- stdout\n{self.out}--- stderr\n{self.err}")


class Failed(AssertionError):
    """A program that was expected to succeed did not."""

    def __init__(self, result):
        super().__init__(str(result))
        self.result = result


def run(*command, stdin="", env=None, cwd=None, limit=330):
    """The Result of `command`, whatever its exit code; `env` is added to our own environment."""
    begin = time.monotonic()
    done = subprocess.run(list(command), input=stdin, text=True, errors="replace", capture_output=True,
                          env={**os.environ, **(env or {})}, cwd=cwd, timeout=limit, check=False)
    return Result(list(command), done.returncode, done.stdout, done.stderr, time.monotonic() - begin)


def succeed(*command, **how):
    result = run(*command, **how)
    if result.code != 0:
        raise Failed(result)
    return result


class Running:
    """A program that runs beside us, in a process group of its own."""

    def __init__(self, *command, env=None):
        self.command = list(command)
        self.begin = time.monotonic()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, errors="replace",
                                        env={**os.environ, **(env or {})}, start_new_session=True)
        self.lines = queue.Queue()
        self.seen = []
        self.out = []
        self.readers = [threading.Thread(target=self._read_errors, daemon=True),
                        threading.Thread(target=self._read_output, daemon=True)]
        for reader in self.readers:
            reader.start()

    def _read_errors(self):
        with self.process.stderr as stream:
            for line in stream:
                self.seen.append(line)
                self.lines.put(line)
        self.lines.put(None)

    def _read_output(self):
        with self.process.stdout as stream:
            self.out.extend(stream)

    def wait_for_line(self, wanted, limit=240):
        """The first line on stderr for which wanted(line) is true; None when the program ended before."""
        end = time.monotonic() + limit
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no such line in {limit} s from {shlex.join(self.command)}:\n"
                                     + "".join(self.seen)) from None
            if line is None or wanted(line):
                return line

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self, limit=300):
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"still running after {limit} s: {shlex.join(self.command)}\n"
                                 + "".join(self.seen)) from None
        for reader in self.readers:
            reader.join()
        return Result(self.command, self.process.returncode, "".join(self.out), "".join(self.seen),
                      time.monotonic() - self.begin)
