# SPDX-License-Identifier: Apache-2.0
"""What a process in a container sees of what it was given, read from outside: a container of any engine, or a pod's."""
import os
import pathlib
import stat


def processes_of(group, program):
    """Those that run `program` in a control group with `group` in its name."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            if command.rpartition("/")[2] == program and group in (folder / "cgroup").read_text(encoding="ascii"):
                found.append(folder)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
    return found


def variables(process, prefix):
    text = (process / "environ").read_bytes().decode()
    return sorted(variable for variable in text.split("\0") if variable.startswith(prefix))


def device_node(process, path):
    """Kind, number, permissions, owner and group; "" where there is none."""
    try:
        facts = os.stat(f"{process}/root{path}")
    except FileNotFoundError:
        return ""
    kind = "c" if stat.S_ISCHR(facts.st_mode) else "b" if stat.S_ISBLK(facts.st_mode) else "-"
    return (f"{kind} {os.major(facts.st_rdev)}:{os.minor(facts.st_rdev)} {stat.S_IMODE(facts.st_mode):04o} "
            f"{facts.st_uid}:{facts.st_gid}")


def mount(process, path):
    """File system, the path in it, and how it is mounted; "" where nothing is."""
    for line in (process / "mountinfo").read_text(encoding="utf-8").split("\n"):
        fields = line.split(" ")
        if len(fields) > 5 and fields[4] == path:
            return f"{fields[2]} {fields[3]} {','.join(sorted(fields[5].split(',')))}"
    return ""


def groups(process):
    for line in (process / "status").read_text(encoding="ascii").split("\n"):
        if line.startswith("Groups:"):
            return sorted(int(group) for group in line.split()[1:])
    return []
