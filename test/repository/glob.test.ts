import * as fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, it } from 'vitest';
import { anyPathMatches, globMatcher } from '../../repository/glob.ts';

const globs = [
  '**',
  '*',
  '*.ts',
  '**/*.ts',
  'src/**',
  'src/*',
  'src/**/test/*.ts',
  '/src/*.ts',
  './src/a',
  'a?c',
  '[a-c].ts',
  '[^a].ts',
  '{a,b}/*.ts',
  '{src,test/**}/x',
  'a.b',
  'a+b',
  '\\*',
];
const paths = ['a.ts', 'b.ts', 'd.ts', 'src/a', 'src/a.ts', 'src/.x/a.ts', 'src/a/test/b.ts', 'src/test/b.ts', 'abc', 'a/c', 'a/b.ts', 'src/x', 'test/q/x', 'test/x', 'aXb', 'a.b', 'a+b', '*', '.github/x.ts']; // prettier-ignore

it.each(globs)('understands %s as the usual library does', (glob) => {
  const usual = picomatch(glob.replace(/^\.?\//, ''), { dot: true });
  expect(paths.filter(globMatcher(glob))).toEqual(paths.filter((path) => usual(path)));
});

it('takes away what starts with an exclamation mark', () => {
  expect(anyPathMatches(['src/**', '!**/*.md'], ['src/a.md', 'b.ts'])).toBe(false);
  expect(anyPathMatches(['src/**', '!**/*.md'], ['src/a.md', 'src/b.ts'])).toBe(true);
});

it.each(['{a', 'a}', 'x'.repeat(501)])('refuses %s', (glob) => {
  expect(() => globMatcher(glob)).toThrow(RangeError);
});

it('takes any text for a pattern or refuses it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (glob, path) => {
      try {
        globMatcher(glob)(path);
      } catch (error) {
        expect((error as Error).message).not.toBe('');
      }
    }),
  );
});
