# SPDX-License-Identifier: Apache-2.0
"""A headless browser, driven over WebDriver (W3C): Debian's chromium and chromium-driver, and nothing besides."""

import base64
import json
import shutil
import subprocess
import urllib.error
import urllib.request

from live import waiting

LIMIT = 60  # seconds that any answer may take
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# As people see it; what is drawn has no such text.
TEXT = "const text = (one) => one?.innerText ?? one?.textContent ?? '';"
KEYS = {
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Home": "\ue011",
    "End": "\ue010",
    "Left": "\ue012",
    "Up": "\ue013",
    "Right": "\ue014",
    "Down": "\ue015",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Alt": "\ue00a",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "Backspace": "\ue003",
    "F5": "\ue035",
}


class Browser:
    def __init__(self, width=1360, height=900):
        driver, browser = shutil.which("chromedriver"), shutil.which("chromium")
        if not driver or not browser:
            raise AssertionError("chromium and chromium-driver are missing: tools/deps")
        self.driver = subprocess.Popen(
            [driver, "--port=0"], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.session = None
        try:
            line = next(line for line in self.driver.stdout if "successfully on port" in line)
            port = line.strip().rstrip(".").rsplit(" ", 1)[1]
            self.address = f"http://127.0.0.1:{port}"
            # A sandbox needs more rights than containers have; the pages are ours.
            options = {
                "binary": browser,
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--hide-scrollbars",
                    "--disable-background-networking",
                ],
            }
            wanted = {
                "browserName": "chrome",
                "acceptInsecureCerts": True,  # those of our servers are signed by themselves
                "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            }
            self.session = self._call("POST", "/session", capabilities={"alwaysMatch": wanted})["sessionId"]
            self.resize(width, height)
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.session:
            self.call("DELETE", "")
        self.driver.terminate()
        self.driver.wait(LIMIT)
        self.driver.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _call(self, method, path, **body):
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def call(self, method, path, **body):
        return self._call(method, f"/session/{self.session}{path}", **body)

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", cmd=command, params=parameters)

    def resize(self, width, height):
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    def prefer(self, scheme):
        """light or dark"""
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address, tries=5):
        """Once more where networks of this machine came or went meanwhile: that ends whatever a browser loads."""
        try:
            self.call("POST", "/url", url=address)
        except AssertionError as error:
            if "ERR_NETWORK_CHANGED" not in str(error) or tries == 1:
                raise
            self.open(address, tries - 1)

    def run(self, script, *arguments):
        """What `script` returns; a promise is waited for."""
        return self.call("POST", "/execute/sync", script=script, args=list(arguments))

    def text(self, selector="body"):
        """As people see it; empty for what is not there."""
        return self.run(f"{TEXT} return text(document.querySelector(arguments[0]))", selector)

    def texts(self, selector):
        return self.run(f"{TEXT} return [...document.querySelectorAll(arguments[0])].map(text)", selector)

    def until(self, what, script, *arguments, limit=30):
        return waiting.until(what, lambda: self.run(script, *arguments), limit)

    def until_text(self, text, selector="body", limit=30):
        return self.until(
            f"{text!r} in {selector}",
            f"{TEXT} return text(document.querySelector(arguments[0])).includes(arguments[1])",
            selector,
            text,
            limit=limit,
        )

    def click(self, selector):
        found = self.call("POST", "/element", using="css selector", value=selector)
        self.call("POST", f"/element/{found[ELEMENT]}/click")

    def press(self, *keys, held=()):
        """Names of KEYS, or texts to type; `held`: names of those that are held down meanwhile."""
        strokes = [character for key in keys for character in ([KEYS[key]] if key in KEYS else key)]
        actions = [{"type": kind, "value": stroke} for stroke in strokes for kind in ("keyDown", "keyUp")]
        for name in held:
            actions = [{"type": "keyDown", "value": KEYS[name]}, *actions, {"type": "keyUp", "value": KEYS[name]}]
        self.call("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def focused(self):
        return self.run(
            "return document.activeElement.innerText || document.activeElement.id || document.activeElement.tagName"
        )

    def complaints(self):
        """What the console has of warnings and errors since the last call."""
        return [
            entry["message"]
            for entry in self.call("POST", "/se/log", type="browser")
            if entry["level"] in ("SEVERE", "WARNING")
        ]

    def requests(self):
        """Addresses of everything that was asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self.call("POST", "/se/log", type="performance")]
        return [
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        ] + [event["params"]["url"] for event in events if event["method"] == "Network.webSocketCreated"]

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))
