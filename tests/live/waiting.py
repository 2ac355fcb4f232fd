# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition that nothing lets us watch, with a deadline and a message."""
import time

INTERVAL = 0.05


def until(what, condition, limit=60):
    """The first true value of condition(); AssertionError that names `what` after `limit` seconds."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what}; last seen: {value!r}")
        time.sleep(INTERVAL)


def stays(what, condition, seconds):
    """Asserts that condition() is true again and again for `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            raise AssertionError(f"not so for {seconds} s: {what}")
        time.sleep(INTERVAL * 10)
