# SPDX-License-Identifier: Apache-2.0
"""pyte as the terminal that the page's own is compared with, as far as pyte does what xterm does. What it does in
another way, by xterm's documentation ("ctlseqs") and code, is set right here, each with what is wrong with it.

Not compared at all, since pyte does not know it or is wrong about it in ways that are not to be set right from
outside: the ground of what is erased or scrolled in (pyte takes all of the cursor's attributes, or none), wide
characters that lose a half, line drawing (never in UTF-8), bright colours (bold besides), soft resets, ED 3.
"""

import copy
import re

import pyte
from pyte import modes
from pyte.screens import Margins

ALTERNATE = 1049 << 5  # as pyte marks private modes


class Reference(pyte.Screen):
    def __init__(self, columns, rows):
        self.main = None
        super().__init__(columns, rows)

    @property
    def region(self):
        return self.margins or Margins(0, self.lines - 1)

    def leave_margin(self):
        """Behind the last column pyte's cursor is outside, and works from there: xterm's is in it."""
        self.cursor.x = min(self.cursor.x, self.columns - 1)

    def index(self):
        """pyte moves a cursor that is below the region up to it; LF behind the last column stays there."""
        self.leave_margin()
        if self.cursor.y == self.region.bottom:
            super().index()
        else:
            self.cursor.y = min(self.cursor.y + 1, self.lines - 1)

    def reverse_index(self):
        self.leave_margin()
        if self.cursor.y == self.region.top:
            super().reverse_index()
        else:
            self.cursor.y = max(self.cursor.y - 1, 0)

    def cursor_up(self, count=None):
        """The region holds whom it has, and nobody else."""
        self.leave_margin()
        first = self.region.top if self.cursor.y >= self.region.top else 0
        self.cursor.y = max(self.cursor.y - (count or 1), first)

    def cursor_down(self, count=None):
        self.leave_margin()
        last = self.region.bottom if self.cursor.y <= self.region.bottom else self.lines - 1
        self.cursor.y = min(self.cursor.y + (count or 1), last)

    def cursor_back(self, count=None):
        self.leave_margin()
        super().cursor_back(count)

    def cursor_to_line(self, line=None):
        self.leave_margin()
        super().cursor_to_line(line)

    def tab(self):
        self.leave_margin()
        super().tab()

    def delete_lines(self, count=None):
        """pyte leaves a row as it is where one without anything is to take its place."""
        for y in range(self.lines):
            self.buffer[y]  # makes it
        super().delete_lines(count)

    def next_line(self):
        """For pyte it is a line feed."""
        self.index()
        self.carriage_return()

    def insert_characters(self, count=None):
        """pyte keeps what goes over the edge, and later brings it back."""
        self.leave_margin()
        super().insert_characters(count)
        self.buffer[self.cursor.y].pop(self.columns, None)

    def delete_characters(self, count=None):
        self.leave_margin()
        super().delete_characters(count)

    def erase_characters(self, count=None):
        self.leave_margin()
        super().erase_characters(count)

    def erase_in_line(self, how=0, private=False):
        self.leave_margin()
        super().erase_in_line(how, private)

    def erase_in_display(self, how=0, private=False):
        self.leave_margin()
        super().erase_in_display(how, private)

    def save_cursor(self):
        """pyte has a stack, xterm one place."""
        self.leave_margin()
        self.savepoints.clear()
        super().save_cursor()

    def restore_cursor(self):
        """Nor does the region count, but in the mode in which rows are counted from its top."""
        kept, margins = copy.deepcopy(self.savepoints), self.margins
        self.margins = None
        super().restore_cursor()
        self.savepoints, self.margins = kept, margins

    def set_margins(self, top=None, bottom=None, **_):
        """A number that is not there is that of the first or last row; pyte leaves that margin as it is."""
        super().set_margins(top or 1, bottom or self.lines)

    def set_mode(self, *numbers, **how):
        """pyte has no alternate screen."""
        if how.get("private") and 1049 in numbers and self.main is None:
            self.save_cursor()
            self.main = self.buffer
            self.buffer = copy.copy(self.main)
            self.buffer.clear()
        super().set_mode(*numbers, **how)

    def reset_mode(self, *numbers, **how):
        super().reset_mode(*numbers, **how)
        if how.get("private") and 1049 in numbers and self.main is not None:
            self.buffer, self.main = self.main, None
            self.restore_cursor()
        if modes.LNM in numbers:
            self.leave_margin()

    # What pyte does not know.
    def repeat(self, count=None):
        self.draw(self.drawn * (count or 1))

    def draw(self, data):
        self.drawn = data[-1:]
        super().draw(data)

    def scroll_up(self, count=None):
        place = copy.copy(self.cursor)
        self.cursor.y = self.region.top
        self.delete_lines(count)
        self.cursor = place

    def scroll_down(self, count=None):
        place = copy.copy(self.cursor)
        self.cursor.y = self.region.top
        self.insert_lines(count)
        self.cursor = place


class ReferenceStream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "b": "repeat", "S": "scroll_up", "T": "scroll_down", "`": "cursor_to_column"}
    escape = {**pyte.ByteStream.escape, "E": "next_line"}
    events = frozenset(pyte.ByteStream.events | {"repeat", "scroll_up", "scroll_down", "next_line"})


# Sequences of xterm's own, of which pyte does not see that they are no others: "ESC [ > 4 ; 2 m" is for it underlined
# text, and of what has characters between numbers and letter it writes the letter.
FOREIGN = re.compile(rb"\x1b\[(?:[<=>][0-9;]*[a-zA-Z]|\?[0-9;]*m|[?0-9;]*[!\"$' ][a-zA-Z])|\x1bP[^\x1b]*\x1b\\")

NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
COLOURS = {"default": None, **{name: i for i, name in enumerate(NAMES)}}


def colour(text):
    return COLOURS[text] if text in COLOURS else f"#{text}"


def cells_of(screen, with_ground):
    """As the page's test tells them: rows of [text, ink, ground, flags], blank ones at the end left out."""
    rows = []
    for y in range(screen.lines):
        row = []
        for x in range(screen.columns):
            char = screen.buffer[y][x]
            flags = char.bold | char.italics << 2 | char.underscore << 3 | char.reverse << 4 | char.strikethrough << 6
            blank = char.data == " "
            row.append([char.data, None if blank else colour(char.fg), colour(char.bg) if with_ground else None,
                        0 if blank else flags])
        while row and row[-1] == [" ", None, None, 0]:
            row.pop()
        rows.append(row)
    return rows


def run(chunks, columns, rows, with_ground=True):
    """What there is on the screen, and where the cursor is."""
    screen = Reference(columns, rows)
    stream = ReferenceStream(screen)
    stream.feed(FOREIGN.sub(b"", b"".join(chunks)))
    return {
        "cells": cells_of(screen, with_ground),
        "cursor": [min(screen.cursor.x, columns - 1), screen.cursor.y],
    }
