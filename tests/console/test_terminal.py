# SPDX-License-Identifier: Apache-2.0
"""The page's terminal against another one, pyte: what programs wrote once, and what nobody would."""

import base64
import ctypes
import json
import locale
import pathlib
import unicodedata
import unittest

import reference
import streams
from live.browsing import BrowserTest
from live.scripted_server import ScriptedServer

RECORDED = pathlib.Path(__file__).parent / "recorded"
# What is on the screen after each of the streams, as reference.run() tells it.
DRAW = """
const {Terminal} = await import('/console/terminal.js');
const {paletteColour} = await import('/console/terminal_style.js');
const colour = (value) => typeof value === 'number' && value > 15 ? paletteColour(value) : value;
return arguments[0].map(({chunks, columns, rows, isGround}) => {
  const terminal = new Terminal({columns, rows});
  chunks.forEach((chunk) => terminal.write(chunk));
  const {grid, x, y} = terminal.screen;
  const cells = grid.rows.map((row) => {
    const cells = Array.from({length: row.length}, (_, x) => {
      const {text, style} = row.cell(x);
      const [ink, flags] = text === ' ' ? [null, 0] : [colour(style.ink), style.flags];
      return [text.normalize('NFC'), ink, isGround ? colour(style.ground) : null, flags];
    });
    while (cells.length > 0 && JSON.stringify(cells.at(-1)) === '[" ",null,null,0]') {
      cells.pop();
    }
    return cells;
  });
  return {cells, cursor: [x, y]};
});
"""
WIDTHS = """
const {widthOf} = await import('/console/terminal_characters.js');
return arguments[0].map((code) => widthOf(String.fromCodePoint(code)));
"""
# Not the same in all versions of Unicode, and ends of lines, which are in no text.
UNSURE = {0x1171E, 0x2028, 0x2029}


class Terminals(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ScriptedServer()
        cls.addClassCleanup(cls.server.close)

    def compare(self, cases, with_ground=True):
        """cases: [(name, chunks, columns, rows)]"""
        self.browser.open(f"{self.server.address}/console/icon.svg")
        asked = [
            {
                "chunks": [base64.b64encode(chunk).decode() for chunk in chunks],
                "columns": columns,
                "rows": rows,
                "isGround": with_ground,
            }
            for _, chunks, columns, rows in cases
        ]
        for (name, chunks, columns, rows), drawn in zip(cases, self.browser.run(DRAW, asked)):
            expected = reference.run(chunks, columns, rows, with_ground)
            if drawn != expected:
                self.fail(f"{name}: {self.difference(drawn, expected)}\n{b''.join(chunks)[:4000]!r}")

    def difference(self, drawn, expected):
        if drawn["cursor"] != expected["cursor"]:
            return f"the cursor is at {drawn['cursor']}, and to be at {expected['cursor']}"
        for y, (row, wanted) in enumerate(zip(drawn["cells"], expected["cells"])):
            if row != wanted:
                return f"row {y} is\n{json.dumps(row)}\nand to be\n{json.dumps(wanted)}"
        return "other rows"

    def test_seeded_streams(self):
        sizes = [(80, 24), (20, 6), (11, 4), (132, 50)]
        for first in range(0, 400, 100):
            self.compare(
                [
                    (f"seed {seed}", streams.stream(seed, *sizes[seed % 4], pieces=150), *sizes[seed % 4])
                    for seed in range(first, first + 100)
                ]
            )

    def test_wide_and_joined_characters(self):
        self.compare([(f"seed {seed}", streams.wide_stream(seed, 60, 24), 60, 24) for seed in range(50)])

    def test_characters_are_as_wide_as_programs_believe(self):
        """Of all that both this Python and the C library know."""
        kept = locale.setlocale(locale.LC_CTYPE)
        self.addCleanup(locale.setlocale, locale.LC_CTYPE, kept)
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
        library = ctypes.CDLL(None)
        unknown = ("Cn", "Co", "Cc", "Cs")
        codes = [
            code
            for code in range(0x20, 0x110000)
            if unicodedata.category(chr(code)) not in unknown and code not in UNSURE and library.wcwidth(code) >= 0
        ]
        self.browser.open(f"{self.server.address}/console/icon.svg")
        widths = self.browser.run(WIDTHS, codes)
        wrong = [hex(code) for code, width in zip(codes, widths) if width != library.wcwidth(code)]
        self.assertGreater(len(codes), 100_000)
        self.assertEqual(wrong, [])

    def test_what_programs_wrote_once(self):
        """Recorded on a terminal of 80 columns and 24 rows, by record.py."""
        recorded = sorted(RECORDED.iterdir())
        self.assertTrue(recorded)
        cases = []
        for file in recorded:
            data = file.read_bytes()
            for part in (data[: len(data) // 3], data[: len(data) * 2 // 3], data):
                cases.append((file.name, [part[i : i + 1000] for i in range(0, len(part), 1000)], 80, 24))
        self.compare(cases, with_ground=False)


if __name__ == "__main__":
    unittest.main()
