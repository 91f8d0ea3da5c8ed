import { type TestCase, type TestReport, UnreadableReport } from './report.ts';
import { attribute, children, parseXml, textOf, type XmlElement } from './xml.ts';

/** JUnit XML in the dialects of pytest, Vitest, node:test, Mocha's xunit, Surefire and their like. */
export function parseJunit(text: string): TestReport {
  const document = parseXml(text);
  const roots = children(document, 'testsuites');
  const suites = children(document, 'testsuite');
  if (roots.length === 0 && suites.length === 0)
    throw new UnreadableReport('has neither <testsuites> nor <testsuite>: it is no JUnit report');
  return { cases: [...roots, ...suites].flatMap((suite) => casesOf(suite, suites.includes(suite) ? nameOfSuite(suite) : [])) };
}

function casesOf(suite: XmlElement, path: string[]): TestCase[] {
  return [
    ...children(suite, 'testcase').map((element) => toCase(element, path)),
    ...children(suite, 'testsuite').flatMap((inner) => casesOf(inner, [...path, ...nameOfSuite(inner)])),
  ];
}

function nameOfSuite(suite: XmlElement): string[] {
  const name = attribute(suite, 'name');
  return name ? [name] : [];
}

function toCase(element: XmlElement, path: string[]): TestCase {
  const bad = children(element, 'failure')[0] ?? children(element, 'error')[0];
  const status = bad ? 'failed' : children(element, 'skipped').length > 0 ? 'skipped' : 'passed';
  const seconds = Number(attribute(element, 'time'));
  return {
    name: caseName(attribute(element, 'classname'), attribute(element, 'name') ?? '(unnamed)', path),
    status,
    message: bad && messageOf(bad),
    seconds: Number.isFinite(seconds) ? seconds : undefined,
  };
}

/** node:test writes `test` for every class and nests suites instead. */
function caseName(className: string | undefined, name: string, path: string[]): string {
  if (className === undefined || className === '' || className === 'test') return [...path, name].join(' > ');
  return name.startsWith(className) ? name : `${className} > ${name}`;
}

function messageOf(bad: XmlElement): string {
  return attribute(bad, 'message')?.trim() || textOf(bad).trim() || attribute(bad, 'type') || 'failed';
}
