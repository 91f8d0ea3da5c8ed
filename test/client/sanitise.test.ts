import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitise } from '../../client/cli/sanitise.ts';

const esc = '\u001b';

describe('text from a repository, made safe for a terminal', () => {
  it.each([
    ['colours', `${esc}[31mred${esc}[0m`, 'red'],
    ['cursor movement', `a${esc}[2Ab${esc}[1;1Hc`, 'abc'],
    ['a cleared screen', `a${esc}[2Jb`, 'ab'],
    ['a window title', `a${esc}]0;owned\u0007b`, 'ab'],
    ['a hyperlink', `${esc}]8;;http://evil.test${esc}\\text${esc}]8;;${esc}\\`, 'text'],
    ['a clipboard write', `a${esc}]52;c;ZXZpbA==\u0007b`, 'ab'],
    ['a title that is never finished', `a${esc}]0;owned\nb`, 'a\nb'],
    ['a device control string', `a${esc}Pq#0${esc}\\b`, 'ab'],
    ['C1 control sequences', 'a\u009b31mb\u009d0;x\u009cc', 'abc'],
    ['a terminal reset', `a${esc}cb`, 'ab'],
    ['a bell and a backspace', 'pass\u0007word\b', 'password'],
    ['a progress bar', '10%\r50%\r100%\r\n', '10%\n50%\n100%\n'],
    ['reordered text', 'a\u202eb\u2066c', 'abc'],
    ['tabs and lines, which stay', 'a\tb\n', 'a\tb\n'],
  ])('handles %s', (_what, given, expected) => {
    expect(sanitise(given)).toBe(expected);
  });

  it('keeps colours when asked, ends them, and keeps nothing else', () => {
    expect(sanitise(`${esc}[1;31mred${esc}[2J${esc}]0;x\u0007`, { colours: true })).toBe(`${esc}[1;31mred${esc}[0m`);
  });

  it('never lets a control character through, whatever the text', () => {
    const nasty = fc.string({ unit: fc.constantFrom(esc, '[', ']', 'm', '0', ';', '\u009b', '\u0007', '\\', 'a', '\n', 'P', '\r') });
    fc.assert(
      fc.property(nasty, (text) => {
        // oxlint-disable-next-line no-control-regex -- that is what must not be there
        expect(sanitise(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        // oxlint-disable-next-line no-control-regex -- colours are the only exception
        expect(sanitise(text, { colours: true }).replace(/\u001b\[[0-9;:]*m/g, '')).not.toContain(esc);
      }),
      { numRuns: 2000 },
    );
  });
});
