// SPDX-License-Identifier: Apache-2.0
// What pyte does not know, or is not asked: see test_terminal.py.
import {Terminal} from '/console/terminal.js';
import {bytesOf, isLeaving, pasted} from '/console/terminal_keys.js';
import {PLAIN, restyled} from '/console/terminal_style.js';
import {widthOf} from '/console/terminal_characters.js';
import {holds, same} from './check.js';

function terminal(columns = 20, rows = 5) {
  const answers = [];
  const made = new Terminal({columns, rows}, (text) => answers.push(text));
  made.said = answers;
  return made;
}
const write = (text, columns, rows) => {
  const made = terminal(columns, rows);
  made.writeText(text);
  return made;
};
const rowsOf = ({screen}) => screen.grid.rows.map((row) => row.text());
const texts = (items) => items.map(({parts}) => parts.map(({text}) => text).join(''));
const place = ({screen}) => [screen.x, screen.y];
const key = (name, more = {}) => bytesOf({key: name, ...more}, {applicationCursor: false});

export const tests = {
  'characters and sequences in pieces'() {
    const made = terminal();
    const bytes = new TextEncoder().encode('a€你\x1b[31mb\x1b]0;title\x1b\\c');
    for (const byte of bytes) {
      made.write(btoa(String.fromCharCode(byte)));
    }
    same(rowsOf(made)[0], 'a€你bc');
    same(made.screen.row.cell(4).style.ink, 1);
    made.write(btoa('\xff\xfe'));
    same(rowsOf(made)[0], 'a€你bc��', 'what is no UTF-8');
  },
  'strings are swallowed, however they end'() {
    for (const [start, end] of [
      ['\x1b]2;', '\x07'],
      ['\x1b]52;c;', '\x1b\\'],
      ['\x1bP', '\x1b\\'],
      ['\x1b_', '\x9c'],
      ['\x9d', '\x07'],
      ['\x1bX', '\x18'],
    ]) {
      const made = write(`${start}secret<b>`);
      for (let i = 0; i < 100; ++i) {
        made.writeText('x'.repeat(1000));
      }
      made.writeText(`${end}after`);
      same(rowsOf(made)[0], 'after', JSON.stringify(start));
    }
  },
  'numbers and parameters are bounded'() {
    const before = performance.now();
    const made = terminal(80, 24);
    for (const final of '@ABCDEFGHIJKLMPSTXZ`abdefghlmnrsu') {
      made.writeText(`x\x1b[${'9'.repeat(400)}${final}\x1b[${'9;'.repeat(200)}${final}\x1b[99999;99999${final}`);
    }
    for (let i = 0; i < 2000; ++i) {
      made.writeText('x\x1b[99999b\x1b[99999S\x1b[99999L\x1b[99999@\x1b[99999I');
    }
    made.writeText(`e${'\u0301'.repeat(100000)}`);
    same(made.screen.grid.rows.length, 24);
    holds(
      made.screen.grid.rows.every((row) => row.length <= 80 && row.text().length <= 80 * 17),
      'rows are bounded',
    );
    holds(performance.now() - before < 10000, 'and it takes no time');
  },
  'noise does no harm'() {
    let seed = 7;
    const random = (most) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * most);
    };
    const parts = [
      '\x1b[',
      '\x1b',
      ';',
      '?',
      '1',
      '25',
      'h',
      'l',
      'H',
      'J',
      'r',
      'L',
      '\x9b',
      '\x1b]',
      '\x07',
      '你',
      '\u0301',
    ];
    for (const [columns, rows] of [
      [1, 1],
      [2, 3],
      [80, 24],
    ]) {
      const made = terminal(columns, rows);
      for (let i = 0; i < 20000; ++i) {
        made.writeText(
          random(3) > 0 ? parts[random(parts.length)] : String.fromCharCode(random(random(2) ? 128 : 65536)),
        );
        if (i % 1000 === 999) {
          made.resize({columns: 1 + random(100), rows: 1 + random(50)});
          made.items(true);
        }
      }
      const {screen} = made;
      holds(
        screen.x < screen.columns && screen.y < screen.rows && screen.x >= 0 && screen.y >= 0,
        'the cursor is on it',
      );
      same(screen.grid.rows.length, screen.rows);
      holds(
        screen.grid.rows.every((row) => row.length <= screen.columns),
        'rows are not longer than it',
      );
      made.writeText('\x18\x1bcstill here');
      same(rowsOf(made).join('').startsWith('still here'.slice(0, screen.columns)), true);
    }
  },
  'rows that scroll out are kept, to a bound, and not those of the other screen or a region'() {
    const made = write('0\r\n1\r\n2\r\n3\r\n4', 10, 3);
    same(texts(made.items()), ['0', '1', '2', '3', '4']);
    made.writeText('\x1b[?1049h\x1b[H' + 'other\r\n'.repeat(50));
    same(texts(made.alternateItems()).slice(0, 2), ['other', 'other']);
    made.writeText('\x1b[?1049l');
    same([made.alternateItems(), texts(made.items())], [null, ['0', '1', '2', '3', '4']]);
    same(place(made), [1, 2], 'the cursor is where it was');
    made.writeText('\x1b[2;3r\x1b[3;1H\n\n\x1b[r');
    same(texts(made.items(true)).length, 5, 'of a region nothing is kept');
    made.writeText('\x1b[3;1H' + 'x\r\n'.repeat(20000));
    holds(made.items().length <= 4510, `${made.items().length}`);
    made.writeText('\x1b[3J');
    same(made.items(true).length, 3);
  },
  'what is erased or scrolled in has the ground of now'() {
    const made = write('abc\x1b[44m\x1b[2;1H\x1b[K\x1b[3;1H\x1b[2X\x1b[1L\x1b[1;2H\x1b[2P', 5, 4);
    const grounds = made.screen.grid.rows.map((row) => [0, 1, 2, 3, 4].map((x) => row.cell(x).style.ground));
    same(grounds, [
      [null, null, null, 4, 4],
      [4, 4, 4, 4, 4],
      [4, 4, 4, 4, 4],
      [4, 4, null, null, null],
    ]);
    made.writeText('\x1b[4;1H\n\x1b[0m');
    same(made.screen.grid.rows[3].cell(4).style, {...PLAIN, ground: 4});
  },
  'wide characters keep their cells'() {
    same(rowsOf(write('你好吗', 5, 3)), ['你好', '吗', '']);
    same(rowsOf(write('你好\x1b[1;2Hx', 6, 2))[0], ' x好', 'of half of one nothing is left');
    same(rowsOf(write('你好\x1b[1;3Hx', 6, 2))[0], '你x ');
    same(rowsOf(write('你好\x1b[1;2H\x1b[P', 6, 2))[0], ' 好');
    same(rowsOf(write('你好\x1b[1;2H\x1b[K', 6, 2))[0], ' ');
    same(rowsOf(write('你好\x1b[1;2H\x1b[@', 6, 2))[0], '   好');
    same(rowsOf(write('abcd你\x1b[1;1H\x1b[4hx', 6, 2))[0], 'xabcd ', 'none goes halfway over the edge');
    same(rowsOf(write('你', 1, 2)), ['', '']);
    const {parts} = write('ab你c', 8, 1).items(true)[0];
    same(
      parts.map(({text, width}) => [text, width ?? 0]),
      [
        ['ab', 0],
        ['你', 2],
        ['c', 0],
      ],
    );
  },
  'characters that are drawn over others, and those that would turn text around'() {
    same(rowsOf(write('e\u0301x', 8, 1)), ['e\u0301x']);
    same(rowsOf(write('\u0301x', 8, 1)), ['x']);
    same(rowsOf(write('abcd\u0301', 4, 2)), ['abcd\u0301', '']);
    same(rowsOf(write('ab\u202ecd\u2066', 8, 1)), ['abcd']);
  },
  'line drawing'() {
    same(rowsOf(write('\x1b(0lqk\x1b(Bq\x1b)0\x0ex\x0fx', 9, 1)), ['┌─┐q│x']);
    same(rowsOf(write('\x1b(0\x1b7\x1b(Bq\x1b8q', 9, 1)), ['─'], 'it is saved with the cursor');
  },
  'what programs ask for is answered'() {
    same(write('\x1b[5n\x1b[2;3H\x1b[6n\x1b[?6n\x1b[c\x1b[0c\x1b[>c\x1b[=c').said, [
      '\x1b[0n',
      '\x1b[2;3R',
      '\x1b[?2;3R',
      '\x1b[?1;2c',
      '\x1b[?1;2c',
      '\x1b[>0;0;0c',
      '\x1b[?1;2c',
    ]);
    same(write('\x1b[2;4r\x1b[?6h\x1b[2;1H\x1b[6n').said, ['\x1b[2;1R'], 'from the top of the region');
    same(write('abcde\x1b[6n', 5, 2).said, ['\x1b[1;5R'], 'behind the last column');
  },
  'modes that keys depend on, and resets'() {
    const {screen} = write('\x1b[?1h\x1b[?2004h\x1b[?25l\x1b[4h\x1b[2;3r\x1b[31mx');
    same([screen.modes.applicationCursor, screen.modes.bracketsPaste, screen.modes.showsCursor], [true, true, false]);
    const soft = write('ab\x1b[?1h\x1b[4h\x1b[2;3r\x1b[31m\x1b[!px');
    same([soft.screen.modes.applicationCursor, rowsOf(soft)[0], soft.screen.bottom], [false, 'xb', 4]);
    const hard = write('ab\x1b[?1049hcd\x1b]0;x\x1bcx');
    same([rowsOf(hard)[0], hard.alternateItems()], ['x', null]);
  },
  'another size: rows go out at the top, empty ones at the end first'() {
    const made = write('0\r\n1\r\n2\r\n3', 10, 6);
    made.resize({columns: 10, rows: 4});
    same(
      [rowsOf(made), place(made)],
      [
        ['0', '1', '2', '3'],
        [1, 3],
      ],
    );
    made.resize({columns: 10, rows: 2});
    same(
      [rowsOf(made), place(made), texts(made.items(true))],
      [
        ['2', '3'],
        [1, 1],
        ['0', '1', '2', '3'],
      ],
    );
    made.resize({columns: 20, rows: 3});
    made.writeText('\t\tx');
    same(
      [rowsOf(made), place(made)],
      [
        ['2', '3               x', ''],
        [17, 1],
      ],
    );
    made.writeText('\x1b[?1049h');
    made.resize({columns: 3, rows: 1});
    made.writeText('\x1b[?1049l!');
    same([rowsOf(made), place(made)], [['3 !'], [2, 0]], 'under the other screen, too');
  },
  'lines, where there is no terminal'() {
    const made = new Terminal();
    made.writeText('one\ntwo \x1b[1;31mred\x1b[0m plain\r\n10 %\r20 %');
    made.writeText('\r100 %\n\x1b');
    made.writeText('err\x1b', 'stderr');
    made.writeText('[32mgreen', 'stdout');
    same(texts(made.items()), ['one', 'two red plain', '100 %', 'errgreen']);
    same(made.items()[3].parts.at(-1), {text: 'green', style: {...PLAIN, ink: 2}});
    made.writeText(`\n${'x'.repeat(9000)}\n`);
    same(texts(made.items())[4].length, 9000, 'long lines stay whole');
    made.writeText('x\n'.repeat(20000));
    holds(made.items().length <= 4530, `${made.items().length}`);
    made.note('done', 'good');
    same(made.items().at(-2).parts[0].style.note, 'good');
  },
  'a note is on a row of its own, whatever was left behind'() {
    const made = write('$ vi\r\n\x1b[?1049h\x1b[2;4r\x1b[31mfull\x1b[H', 10, 4);
    made.note('ended\x1b[H with exit code 1', 'bad');
    same(texts(made.items()), ['$ vi', 'ended [H w', 'ith exit c', 'ode 1', '']);
    same(made.items()[1].parts[0].style, {...PLAIN, note: 'bad'});
  },
  'what has not changed is the same object'() {
    const made = write('0\r\n1\r\n2', 10, 3);
    const before = made.items(true);
    made.writeText('!\r\n3');
    const after = made.items(true);
    same(
      before.map((item, i) => item === after[i]),
      [true, true, false],
    );
  },
  'styles as programs choose them'() {
    const style = (text) => restyled(PLAIN, text);
    same(style('1;4;7;38;5;200;48;2;1;2;255'), {ink: 200, ground: '#0102ff', flags: 1 | (4 * 2) | 16, note: ''});
    same(style('38:2::1:2:3'), style('38;2;1;2;3'));
    same(style('38:5:9'), style('91'));
    same(style('97;107'), {...PLAIN, ink: 15, ground: 15});
    same([style('4:3').flags, style('4;4:0').flags], [8, 0]);
    holds(style('1;31;0') === PLAIN && style('') === PLAIN && style('31;39') === PLAIN, 'plain is plain');
    same(style('38;5'), {...PLAIN, ink: 0});
    same(style('38;2;999;0;0'), {...PLAIN, ink: '#ff0000'});
    same(style('38;9;1').ink, null);
  },
  'keys as a terminal sends them'() {
    same(
      [key('ArrowUp'), bytesOf({key: 'ArrowUp'}, {applicationCursor: true}), key('ArrowLeft', {ctrlKey: true})],
      ['\x1b[A', '\x1bOA', '\x1b[1;5D'],
    );
    same(
      ['Home', 'End', 'PageUp', 'Delete', 'F1', 'F5', 'F12', 'Enter', 'Backspace', 'Tab', 'Escape'].map((name) =>
        key(name),
      ),
      ['\x1b[H', '\x1b[F', '\x1b[5~', '\x1b[3~', '\x1bOP', '\x1b[15~', '\x1b[24~', '\r', '\x7f', '\t', '\x1b'],
    );
    same(key('F5', {shiftKey: true}), '\x1b[15;2~');
    same(key('Tab', {shiftKey: true}), '\x1b[Z');
    same(
      ['a', 'Z', ' ', '[', '/', '8'].map((name) => key(name, {ctrlKey: true})),
      ['\x01', '\x1a', '\0', '\x1b', '\x1f', '\x7f'],
    );
    same(key('с', {ctrlKey: true, code: 'KeyC'}), '\x03', 'of another alphabet');
    same([key('x', {altKey: true}), key('Backspace', {altKey: true})], ['\x1bx', '\x1b\x7f']);
    same(
      [
        key('a'),
        key('c', {metaKey: true}),
        key('C', {ctrlKey: true, shiftKey: true}),
        key('Insert', {shiftKey: true}),
        key('@', {ctrlKey: true, altKey: true, isAltGraph: true}),
        key('Shift', {shiftKey: true}),
        key('Dead'),
        bytesOf({key: '≈', altKey: true}, {}, true),
      ],
      Array(8).fill(null),
      'texts, and what is the browser’s',
    );
    holds(isLeaving({key: ']', ctrlKey: true}) && !isLeaving({key: ']'}), 'Ctrl-] leaves');
    holds(isLeaving({key: '+', code: 'BracketRight', ctrlKey: true}), 'where a keyboard has something else there, too');
  },
  'what is pasted is text'() {
    same(pasted('a\nb\r\nc\td', {bracketsPaste: false}), 'a\rb\rc\td');
    same(pasted('x\x1b[201~\x03rm', {bracketsPaste: true}), '\x1b[200~x[201~rm\x1b[201~');
  },
  'how wide characters are'() {
    same(
      ['a', 'é', '─', '你', '🙂', '\u0301', '\u200d', '\uff21', '🇩', '\u00ad'].map(widthOf),
      [1, 1, 1, 2, 2, 0, 0, 2, 1, 1],
    );
  },
};
