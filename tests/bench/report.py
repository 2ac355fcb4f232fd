# SPDX-License-Identifier: Apache-2.0
"""Figures to Markdown: medians, ratios, and how they compare with what ingot promises."""
import statistics

PHASES = ("cmd", "ready", "app", "dns", "useful")
COSTS = ("cpu", "rss", "delete", "delete cpu")
UNITS = {"rss": "MiB"}


def median(rows, name):
    return statistics.median(row[name] for row in rows)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def show(value):
    return f"{value:.2f}"


def spread(rows, name):
    values = [row[name] for row in rows]
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def figures(kind, ingot):
    """Both programs' medians with their extremes, and ingot's share of kind's."""
    rows = []
    for name in PHASES + COSTS:
        ours, theirs = median(ingot, name), median(kind, name)
        rows.append([f"{name}, {UNITS.get(name, 's')}", spread(kind, name), spread(ingot, name),
                     show(ours / theirs) if theirs else "–"])
    return table(["", "kind: median (least–most)", "ingot: median (least–most)", "ingot / kind"], rows)


def _verdict(what, value, target):
    return [what, show(value), f"≤ {target:.2f}", "pass" if value <= target else "**short**"]


def verdicts(kind, ingot, removals, shape):
    """The promises: ratios to kind's return and answer time, the client's own costs, deletion. An image that is laid
    out as kind's has its component images to unpack first, and kind's entrypoint."""
    workers, image = shape
    laid_out_as_kinds = "kindstyle" in image or "kindest" in image
    to_return = (0.75 if laid_out_as_kinds else 0.6) if workers == 0 else (0.5 if laid_out_as_kinds else 0.4)
    removal = statistics.median(removals)
    rows = [_verdict("ingot dns / kind's return", median(ingot, "dns") / median(kind, "cmd"), to_return)]
    if workers == 0 and not laid_out_as_kinds:
        rows.append(_verdict("ingot useful / kind's return", median(ingot, "useful") / median(kind, "cmd"), 0.7))
    return table(["promise", "measured", "target", ""], rows + [
        _verdict("ingot dns / kind's dns", median(ingot, "dns") / median(kind, "dns"), 1 / 3),
        _verdict("client CPU, s", median(ingot, "cpu"), 0.1 if workers == 0 else 0.15),
        _verdict("client memory, MiB", median(ingot, "rss"), 20),
        _verdict(f"delete, s (the engine's own removal takes {removal:.2f})", median(ingot, "delete"), removal + 0.06),
    ])
