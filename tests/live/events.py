# SPDX-License-Identifier: Apache-2.0
"""What ingot tells with --progress json: one object a line, on stderr among other words."""
import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Event:
    at: int  # milliseconds since the operation started
    type: str  # operationStarted, stepStarted, stepProgress, stepMark, stepFinished, notice, operationFinished
    step: str
    text: str
    state: str


def parse(line):
    """The Event in a line of stderr; None where the line holds none."""
    if not line.startswith("{"):
        return None
    try:
        fields = json.loads(line)
    except json.JSONDecodeError:
        return None
    if "type" not in fields or "at" not in fields:
        return None
    return Event(fields["at"], fields["type"], fields.get("id", ""), fields.get("text") or fields.get("title", ""),
                 fields.get("state", ""))


def parse_all(text):
    return [event for event in map(parse, text.splitlines()) if event]


def started(part):
    """A condition on lines of stderr: a step has started whose id is `part`, or ends in it if `part` is "/something"."""
    def met(line):
        event = parse(line)
        return event is not None and event.type == "stepStarted" and event.step[-len(part) if part[0] == "/" else 0:] == part
    return met
