# SPDX-License-Identifier: Apache-2.0
"""What is worth keeping of a cluster that did not do as it should."""
import concurrent.futures
import subprocess

from live import command

NODE_LOGS = {
    "journal.log": ["journalctl", "--no-pager", "-o", "short-monotonic"],
    "kubelet.log": ["journalctl", "--no-pager", "-o", "short-monotonic", "-u", "kubelet"],
    "processes.txt": ["ps", "auxww"],
}
CLUSTER_VIEWS = {
    "pods.txt": ["get", "pods", "-A", "-o", "wide"],
    "nodes.txt": ["get", "nodes", "-o", "yaml"],
    "events.txt": ["get", "events", "-A", "--sort-by=.metadata.creationTimestamp"],
}
LIMIT = 20


def collect(folder, engine, cluster, kubectl):
    """Writes what can be had of a cluster into `folder`; what cannot be had is left out, never a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(folder / name, kubectl.prefix + view + ["--request-timeout=5s"], kubectl.env)
            for name, view in CLUSTER_VIEWS.items()]
    for node in engine.nodes(cluster):
        jobs.append((folder / f"{node}-console.log", ["docker", "logs", node], {}))
        jobs.append((folder / f"{node}-inspect.json", ["docker", "inspect", node], {}))
        for name, program in NODE_LOGS.items():
            jobs.append((folder / f"{node}-{name}", ["docker", "exec", node, *program], {}))
        jobs.append((folder / f"{node}-containers.log", ["docker", "exec", node, "sh", "-c",
                                                       "tail -n 200 /var/log/pods/*/*/*.log"], {}))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda job: _keep(*job), jobs))


def _keep(path, program, env):
    try:
        result = command.run(*program, env=env, limit=LIMIT)
        path.write_text(result.out + result.err, encoding="utf-8")
    except (OSError, subprocess.TimeoutExpired) as error:
        path.write_text(f"{error}\n", encoding="utf-8")
