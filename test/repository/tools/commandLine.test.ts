import { expect, it } from 'vitest';
import { splitCommands } from '../../../repository/tools/commandLine.ts';

it.each([
  ['a b && c || d; e | f & g', [['a', 'b'], ['c'], ['d'], ['e'], ['f'], ['g']]],
  ['X=1 Y="2 3" cross-env Z=4 mocha', [['mocha']]],
  ['mocha "test/**/*.js" \'a && b\' 2>&1', [['mocha', 'test/**/*.js', 'a && b']]],
  ['', []],
])('splits %s', (line, words) => {
  expect(splitCommands(line).map((command) => command.words)).toEqual(words);
}); // prettier-ignore

it('takes time in proportion to the line', () => {
  const started = performance.now();
  for (const text of ['"', '\\', "'a", 'a"', '&|', 'X=1 ', '"\\']) splitCommands(text.repeat(100_000));
  expect(performance.now() - started).toBeLessThan(10_000);
});
