import { describe, expect, it } from 'vitest';
import { parseCobertura } from '../../../activities/test/parse/cobertura.ts';
import { parseCoverageSummary } from '../../../activities/test/parse/coverageSummary.ts';
import { parseGoCover } from '../../../activities/test/parse/goCover.ts';
import { parseLcov } from '../../../activities/test/parse/lcov.ts';
import { UnreadableReport } from '../../../activities/lib/testReports/report.ts';

const parsers = { lcov: parseLcov, cobertura: parseCobertura, summary: parseCoverageSummary, go: parseGoCover };

const readable: [string, keyof typeof parsers, string, { covered: number; total: number }][] = [
  ['LCOV of two files', 'lcov', 'TN:\nSF:a.js\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\nSF:b.js\nLF:8\nLH:8\nend_of_record\n', { covered: 9, total: 10 }],
  ['LCOV without totals', 'lcov', 'SF:a.js\nDA:1,1\nDA:2,0\nend_of_record\n', { covered: 1, total: 2 }],
  ['LCOV that claims more hits than lines', 'lcov', 'SF:a.js\nLF:2\nLH:9\nend_of_record\n', { covered: 2, total: 2 }],
  ['Cobertura with totals and a DTD', 'cobertura', '<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd"><coverage lines-valid="10" lines-covered="5"/>', { covered: 5, total: 10 }],
  ['Cobertura with lines only', 'cobertura', '<coverage><packages><package><classes><class><lines><line number="1" hits="2"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>', { covered: 1, total: 2 }],
  ['Cobertura with a rate only', 'cobertura', '<coverage line-rate="0.25"/>', { covered: 25, total: 100 }],
  ['coverage-summary.json', 'summary', '{"total":{"lines":{"total":4,"covered":3,"pct":75}}}', { covered: 3, total: 4 }],
  ["Go's profile, blocks of several packages once", 'go', 'mode: set\np/a.go:3.1,4.2 2 0\np/a.go:3.1,4.2 2 1\np/a.go:6.1,7.2 1 0\n', { covered: 2, total: 3 }],
]; // prettier-ignore

const unreadable: [string, keyof typeof parsers, string][] = [
  ['the name of a file as LCOV', 'lcov', '/etc/passwd'],
  ['an empty LCOV record', 'lcov', 'end_of_record\n'],
  ['JUnit as Cobertura', 'cobertura', '<testsuites/>'],
  ['Cobertura without figures', 'cobertura', '<coverage/>'],
  ['a summary of another shape', 'summary', '{"total":{}}'],
  ['a profile without mode', 'go', 'p/a.go:3.1,4.2 2 0\n'],
];

describe('coverage', () => {
  it.each(readable)('reads %s', (_title, kind, text, expected) => {
    expect(parsers[kind](text)).toEqual(expected);
  });

  it.each(unreadable)('refuses %s', (_title, kind, text) => {
    expect(() => parsers[kind](text)).toThrow(UnreadableReport);
  });
});
