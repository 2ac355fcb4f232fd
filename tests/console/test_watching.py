# SPDX-License-Identifier: Apache-2.0
"""What nodes use, asked for only while somebody looks at it, and who looks."""

import unittest

from page import CREATED, Page


class Usage(Page):
    def hello(self, server, **more):
        self.assertEqual(server.received.get(timeout=30), {"type": "hello", **more})

    def use(self, server, name, cpu, pids=50):
        server.set(
            "usage",
            name,
            "demo",
            of="node",
            cpuMillicores=cpu,
            memoryBytes=700_000_000,
            memoryLimitBytes=25_200_000_000,
            pids=pids,
        )

    def test_it_is_asked_for_while_a_page_shows_it(self):
        server = self.serve()
        server.set("instance", "box", state="Running", address="", ssh="", image="i", containerId="c", created=CREATED)
        self.go(server.address)
        self.hello(server, name="browser", filter={"also": ["event", "viewer"]})
        self.browser.until_text("demo", "nav")
        self.browser.run("location.hash = '#/cluster/demo'")
        self.hello(server, beside=True, filter={"kinds": ["usage"], "clusters": ["demo"]})
        self.use(server, "demo-worker", 1250)
        self.use(server, "demo-control-plane", 40)
        self.browser.until_text("1.25", ".usage")
        self.assertEqual(len(self.browser.texts(".usage li")), 2)
        self.assertIn("700 MB of 25.2 GB", self.browser.text(".usage"))
        self.use(server, "demo-worker", 333, pids=77)
        self.browser.until_text("0.33", ".usage")
        self.browser.until_text("77", ".usage")
        lines = "[...document.querySelectorAll('.usage .line')]"
        drawn = f"return {lines}.some((line) => line.getAttribute('d').includes('L'))"
        self.assertTrue(self.browser.run(drawn))
        self.browser.run("location.hash = '#/'")
        self.browser.until_text("Overview", "h1")
        self.assertIsNone(server.gone.get(timeout=30), "its connection is closed")
        self.browser.run("location.hash = '#/object/instance/box'")
        self.hello(server, beside=True, filter={"kinds": ["usage"], "clusters": []})
        server.set("usage", "box", of="instance", cpuMillicores=5, memoryBytes=1000, pids=9)
        self.browser.until_text("1.0 kB", ".usage")
        self.node(server, "demo-worker", "worker", "exited")
        self.browser.run("location.hash = '#/object/node/demo-worker'")
        self.browser.until_text("exited", ".heading")
        self.assertFalse(self.browser.run("return document.querySelector('.usage').getClientRects().length > 0"))
        self.assert_quiet(server.address)

    def test_nothing_is_asked_while_the_page_is_hidden(self):
        server = self.serve()
        self.go(server.address, "#/object/node/demo-worker")
        self.hello(server, name="browser", filter={"also": ["event", "viewer"]})
        self.hello(server, beside=True, filter={"kinds": ["usage"], "clusters": ["demo"]})
        self.browser.run("""
            window.isHidden = true;
            Object.defineProperty(document, 'hidden', {get: () => isHidden});
            document.dispatchEvent(new Event('visibilitychange'));""")
        self.assertIsNone(server.gone.get(timeout=30))
        self.browser.run("isHidden = false; document.dispatchEvent(new Event('visibilitychange'))")
        self.hello(server, beside=True, filter={"kinds": ["usage"], "clusters": ["demo"]})


class Presence(Page):
    def viewer(self, server, number, name, role="driving", channel=""):
        server.set("viewer", number, name=name, channel=channel, role=role, since=CREATED)

    def test_who_watches_and_what_they_run(self):
        server = self.serve()
        server.welcome["viewer"] = "2"
        self.viewer(server, "2", "browser")
        self.go(server.address)
        self.browser.until_text("1 watches", "#presence")
        self.viewer(server, "3", "<b>alice</b>", "reading", "standup")
        self.browser.until_text("2 watch", "#presence")
        self.assertEqual(self.browser.run("return document.getElementById('viewers').hidden"), True)
        self.browser.click("#presence button")
        self.browser.until_text("<b>alice</b>", "#viewers")
        rows = self.browser.texts("#viewers li")
        self.assertIn("this page, driving", rows[0])
        self.assertIn("reading, in standup", rows[1])
        server.set(
            "command", "c", arguments=["cluster", "list"], state="Running", started=CREATED, who="alice", channel=""
        )
        self.browser.until_text("cluster list", "#viewers")
        server.remove("viewer", "3")
        self.browser.until_text("1 watches", "#presence")
        # It is no change of what is watched.
        self.assertNotIn("viewer", self.browser.text(".entries"))
        self.assert_quiet(server.address)

    def test_by_the_keyboard_and_under_a_name(self):
        server = self.serve()
        self.viewer(server, "1", "browser")
        self.go(server.address)
        self.browser.until_text("1 watches", "#presence")
        self.assertEqual(server.received.get(timeout=30)["name"], "browser")
        self.browser.run("document.querySelector('#presence button').focus()")
        self.browser.press("Enter", "Tab", "Home")
        self.assertEqual(self.browser.focused(), "own-name")
        self.browser.press("my-", "Enter")
        self.assertEqual(server.received.get(timeout=30)["name"], "my-browser")
        self.browser.press("Escape")
        self.assertTrue(self.browser.run("return document.getElementById('viewers').hidden"))
        self.assertIn("1 watches", self.browser.focused())
        self.browser.run("localStorage.clear()")


if __name__ == "__main__":
    unittest.main()
