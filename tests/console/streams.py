# SPDX-License-Identifier: Apache-2.0
"""What programs might write to a terminal: seeded, with all that pyte can be compared in (reference.py)."""

import random

WORDS = ["x", "ingot", "a longer piece of text ", "0123456789", "naïve café", "│ ├─ ┐", "  "]
WIDE = ["你好", "한국어", "plain", "ｆｕｌｌ", "e\u0301", "🙂", "a\u0308b"]


class Writer:
    def __init__(self, seed, columns, rows):
        self.random = random.Random(seed)
        self.columns = columns
        self.rows = rows

    def number(self, most):
        return self.random.choice([1, 2, 3, self.random.randint(1, most), most, 9999])

    def sequence(self, final, *numbers):
        return f"\x1b[{';'.join(map(str, numbers))}{final}"

    def text(self):
        return self.random.choice(WORDS)

    def line(self):
        return self.text() + self.random.choice(["\r\n", "\r", "\n", "\r\n", "\b\b", "\t", "\v", "\x07"])

    def place(self):
        return self.sequence("H", self.random.randint(1, self.rows + 1), self.random.randint(1, self.columns + 1))

    def move(self):
        return self.sequence(self.random.choice("ABCDEFGd`"), self.number(self.rows))

    def change(self):
        return self.sequence(self.random.choice("@LMPXST"), self.number(self.columns))

    def erase(self):
        return self.sequence(self.random.choice("JK"), self.random.choice(["", 0, 1, 2]))

    def region(self):
        top = self.random.randint(1, self.rows - 1)
        return self.sequence("r", top, self.random.randint(top + 1, self.rows))

    def whole_region(self):
        return self.sequence("r")

    def step(self):
        return self.random.choice(["\x1bD", "\x1bE", "\x1bM", "\x1bH", "\x1b[g", "\r\x1b7", "\x1b8"])

    def repeated(self):
        return self.random.choice("-=x") + self.sequence("b", self.random.randint(1, self.columns))

    def coloured(self):
        """Where it fits: what a ground does to what is scrolled in is not pyte's to know."""
        text = self.text()
        column = self.random.randint(1, self.columns - len(text)) if len(text) < self.columns else 1
        style = self.random.choice(
            ["1", "3;4", "7", "9;31", "38;5;200", "48;5;17", "38;2;1;20;255", "1;44;37", "4;24;3;23;7;27;39;49;32"]
        )
        row = self.random.randint(1, self.rows)
        return self.sequence("H", row, column) + f"\x1b[{style}m{text[: self.columns - column]}\x1b[m"

    def inserted(self):
        return f"\x1b[4h{self.random.choice('xyz') * self.random.randint(1, 5)}\x1b[4l"

    def unwrapped(self):
        return f"\x1b[?7l{self.text() * 3}\r\x1b[?7h"

    def relative(self):
        return f"\x1b[?6h{self.sequence('H', 1, self.random.randint(1, self.columns))}{self.text()}\r\x1b[?6l"

    def lines(self):
        return f"\x1b[20h{self.text()}\n{self.text()}\n\x1b[20l"

    def ignored(self):
        strings = ["\x1b]0;a title\x07", "\x1b]2;another\x1b\\"]
        return self.random.choice([*strings, "\x1b[?2004h", "\x1b[?1h", "\x1b=", "\x1b[?12l\x1b[?25h", "\x00\x7f"])

    def broken(self):
        """Controls within sequences are obeyed."""
        return f"\x1b[{self.random.randint(1, 5)}{self.random.choice(chr(8) + chr(13))}C"

    def alternate(self):
        return self.random.choice(["\r\x1b[?1049h", "\x1b[?1049l"])

    def piece(self):
        kinds = [
            (self.line, 8), (self.text, 6), (self.place, 6), (self.move, 6), (self.change, 4), (self.erase, 2),
            (self.region, 1), (self.whole_region, 1), (self.step, 3), (self.repeated, 1), (self.coloured, 4),
            (self.inserted, 1), (self.unwrapped, 1), (self.relative, 1), (self.lines, 1), (self.ignored, 1),
            (self.broken, 1), (self.alternate, 1),
        ]  # fmt: skip
        kind = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        return kind()

    def wide_lines(self):
        """As many columns as fit, and never half of a character."""
        return "".join(
            "".join(self.random.choice(WIDE) for _ in range(self.random.randint(0, 4))) + "\r\n" for _ in range(20)
        )

    def chunks(self, text):
        """As bytes, cut anywhere."""
        data = text.encode()
        at = 0
        while at < len(data):
            size = self.random.choice([1, 2, 7, 40, 400])
            yield data[at : at + size]
            at += size


def stream(seed, columns, rows, pieces):
    writer = Writer(seed, columns, rows)
    return list(writer.chunks("".join(writer.piece() for _ in range(pieces))))


def wide_stream(seed, columns, rows):
    writer = Writer(seed, columns, rows)
    return list(writer.chunks(writer.wide_lines()))
