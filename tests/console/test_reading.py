# SPDX-License-Identifier: Apache-2.0
"""How the page is read and used: filters, keys, narrow screens."""

import unittest

from page import CREATED, Page


class Reading(Page):
    def test_changes_are_filtered_paused_and_cleared(self):
        server = self.serve()
        self.go(server.address, "#/changes")
        self.browser.until_text("0 kept", ".controls")
        self.pod(server, "web", "Pending")
        self.pod(server, "web")
        self.browser.until("two changes", "return document.querySelectorAll('.entries li').length === 2")
        self.assertIn("phase Pending → Running", self.browser.texts(".entries li")[0])
        self.browser.click(".controls button")
        self.pod(server, "late")
        self.browser.until_text("1 more since", ".controls")
        self.assertNotIn("late", self.browser.text(".entries"))
        self.browser.click(".controls button")
        self.browser.until_text("late", ".entries")
        self.browser.press("Escape", "/", "what:new late")
        self.browser.until("one change", "return document.querySelectorAll('.entries li').length === 1")
        self.browser.click(".controls .quiet")
        self.browser.until_text("0 kept", ".controls")

    def test_everything_is_reached_by_the_keyboard(self):
        server = self.serve()
        for name in ("one", "two"):
            server.set(
                "instance",
                name,
                state="Running",
                address="172.18.0.9",
                ssh="",
                image="i",
                containerId="c",
                created=CREATED,
            )
        self.go(server.address, "#/kind/instance")
        self.browser.until_text("two", "tbody")
        self.browser.press("/", "o")
        self.assertEqual(self.browser.focused(), "search")
        self.browser.press("Down", "Down")
        self.assertEqual(self.browser.focused(), "two")
        self.browser.press("Up", "Enter")
        self.browser.until_text("one", "h1")
        self.assertTrue(self.browser.run("return document.activeElement === main"))
        self.browser.run("document.activeElement.blur()")
        seen = set()
        for _ in range(14):
            self.browser.press("Tab")
            if not self.browser.run("return document.activeElement === document.body"):
                seen.add(self.browser.focused())
                ring = self.browser.run("return getComputedStyle(document.activeElement).outlineStyle")
                self.assertNotEqual(ring, "none", self.browser.focused())
        self.assertIn("search", seen)
        self.assertTrue(any("Overview" in one for one in seen), seen)
        self.assertIn("ingot instance ssh one", seen)

    def test_a_page_of_which_a_file_did_not_come_tries_again(self):
        server = self.serve()
        # A browser asks once more by itself where a connection was used before.
        server.failures = {"/console/world.js": 3}
        self.go(server.address, "#/cluster/demo")
        self.browser.until_text("demo-worker", ".topology")
        self.assertEqual(self.browser.run("return sessionStorage.length"), 0)

    def test_a_narrow_screen_scrolls_in_one_direction_only(self):
        server = self.serve()
        for i in range(30):
            self.pod(server, f"a-pod-with-quite-a-long-name-{i}")
        self.browser.resize(360, 740)
        for page in ("#/", "#/cluster/demo", "#/kind/pod", "#/object/node/demo-worker", "#/changes"):
            self.go(server.address, page)
            self.browser.until_text("demo", "nav")
            with self.subTest(page):
                self.assertLessEqual(
                    self.browser.run("return Math.max(document.documentElement.scrollWidth, main.scrollWidth)"), 360
                )


if __name__ == "__main__":
    unittest.main()
