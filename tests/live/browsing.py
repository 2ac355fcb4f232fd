# SPDX-License-Identifier: Apache-2.0
"""Tests that look at a page: one browser for all of a class, and pictures of what failed."""

import os
import pathlib
import unittest

from live.browser import Browser

ARTIFACTS = os.environ.get("INGOT_TEST_ARTIFACTS")


class BrowserTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = cls.enterClassContext(Browser())

    def setUp(self):
        super().setUp()
        self.browser.open("about:blank")
        self.browser.resize(1360, 900)
        self.browser.prefer("light")
        self.browser.complaints()
        self.browser.requests()

    def run(self, result=None):
        self.result = result if result is not None else self.defaultTestResult()
        self.failed_before = self.failed()
        return super().run(self.result)

    def failed(self):
        return len(self.result.failures) + len(self.result.errors)

    def doCleanups(self):
        """Pictures first, while everything is as it was when the test failed."""
        if ARTIFACTS and self.failed() > self.failed_before:
            self.keep_pictures(pathlib.Path(ARTIFACTS) / self.id())
        return super().doCleanups()

    def keep_pictures(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            self.browser.screenshot(folder / f"{scheme}.png")
        (folder / "console.txt").write_text(
            "\n".join(self.browser.complaints()) + "\n" + self.browser.text(), encoding="utf-8"
        )

    def go(self, address, page="#/"):
        """To a page, which is a new one however much of the address is the same."""
        self.browser.open("about:blank")
        self.browser.open(f"{address}/{page}")

    def assert_quiet(self, address):
        """No warning, no error, and nothing that anybody else was asked for."""
        # Other tests' networks come and go, too; the page tries again then.
        complaints = [one for one in self.browser.complaints() if "ERR_NETWORK_CHANGED" not in one]
        self.assertEqual(complaints, [])
        own = (f"{address}/", address.replace("http", "ws", 1) + "/", "about:", "data:")
        self.assertEqual([url for url in self.browser.requests() if not url.startswith(own)], [])
