# SPDX-License-Identifier: Apache-2.0
"""ingot's own events as a table: where every tenth of a second of a create goes."""
from report import table

SLICE = 100  # milliseconds


def _running(events):
    """(step, start, end) of every step, in the order of their starts."""
    started, spans = {}, []
    for event in events:
        if event.type == "stepStarted":
            started[event.step] = event.at
        elif event.type == "stepFinished" and event.step in started:
            spans.append((event.step, started.pop(event.step), event.at))
    return sorted(spans, key=lambda span: span[1])


def _slices(events):
    """What runs in each slice and which marks fall into it."""
    spans = _running(events)
    marks = [(event.at, event.text) for event in events if event.type == "stepMark"]
    for begin in range(0, max(event.at for event in events) + 1, SLICE):
        end = begin + SLICE
        running = [step for step, start, stop in spans if start < end and stop >= begin]
        reached = [text for at, text in marks if begin <= at < end]
        yield begin, end, running, reached


def trace_table(events):
    """A row for each stretch in which the same steps run and nothing is reached."""
    if not events:
        return "ingot told no events.\n"
    rows = []
    for begin, end, running, reached in _slices(events):
        if rows and not reached and rows[-1][2] == running and not rows[-1][3]:
            rows[-1][1] = end
        else:
            rows.append([begin, end, running, reached])
    return table(["from, s", "to, s", "runs", "reached"],
                 [[f"{begin / 1000:.1f}", f"{end / 1000:.1f}", ", ".join(running), "; ".join(reached)]
                  for begin, end, running, reached in rows])
