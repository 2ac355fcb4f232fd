# SPDX-License-Identifier: Apache-2.0
"""kubectl on one cluster: the machine's own, or the one that `ingot kubectl` runs in the node."""
import json
import shutil

from live import command


class Kubectl:
    def __init__(self, cluster, kubeconfig, ingot=None):
        self.env = {"KUBECONFIG": str(kubeconfig)}
        program = shutil.which("kubectl")
        if program:
            self.prefix = [program, "--context", f"kind-{cluster}"]
        elif ingot:
            self.prefix = [str(ingot), "kubectl", "--cluster", cluster, "--"]
        else:
            raise AssertionError("no kubectl on this machine and no ingot to run one with")

    def run(self, *arguments, stdin="", limit=300):
        return command.run(*self.prefix, *arguments, stdin=stdin, env=self.env, limit=limit)

    def __call__(self, *arguments, **how):
        """What kubectl prints; command.Failed when it fails."""
        result = self.run(*arguments, **how)
        if result.code != 0:
            raise command.Failed(result)
        return result.out

    def get(self, *arguments):
        return json.loads(self("get", *arguments, "-o", "json"))

    def items(self, *arguments):
        return self.get(*arguments)["items"]

    def apply(self, *objects):
        self("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def wait(self, what, condition, *arguments, seconds=120):
        self("wait", what, f"--for={condition}", f"--timeout={seconds}s", *arguments, limit=seconds + 30)


def condition(thing, kind):
    """The status of one of an object's conditions: "True", "False", "Unknown", or "" when not reported."""
    for one in thing.get("status", {}).get("conditions", []):
        if one["type"] == kind:
            return one["status"]
    return ""


def nodes_ready(nodes):
    return bool(nodes) and all(condition(node, "Ready") == "True" for node in nodes)
