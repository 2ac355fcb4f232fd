# SPDX-License-Identifier: Apache-2.0
"""The page on a server that tells what tests say: more than servers tell today, and worse."""

from live.browsing import BrowserTest
from live.scripted_server import ScriptedServer

CREATED = "2026-01-02T03:04:05Z"


class Page(BrowserTest):
    def serve(self, **how):
        server = ScriptedServer(**how)
        self.addCleanup(server.close)
        server.set("engine", "unix:///e", state="Connected", detail="")
        server.set(
            "cluster",
            "demo",
            "demo",
            state="Running",
            controlPlanes=1,
            workers=1,
            running=2,
            image="n:1",
            created=CREATED,
        )
        self.node(server, "demo-control-plane", "control-plane")
        self.node(server, "demo-worker", "worker")
        return server

    def node(self, server, name, role, state="running"):
        server.set(
            "node",
            name,
            "demo",
            role=role,
            state=state,
            address="172.18.0.2",
            image="n:1",
            containerId="c",
            created=CREATED,
        )

    def pod(self, server, name, phase="Running", node="demo-worker", **more):
        server.set(
            "pod",
            f"demo/default/{name}",
            "demo",
            name=name,
            namespace="default",
            node=node,
            phase=phase,
            ready="1/1" if phase == "Running" else "0/1",
            restarts=0,
            address="10.0.0.1",
            images=["a:1"],
            created=CREATED,
            **more,
        )
