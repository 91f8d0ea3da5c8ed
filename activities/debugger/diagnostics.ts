import { stripVTControlCharacters } from 'node:util';
import type { Proof } from '../../schemas/debugFailure.ts';

export type Findings = {
  proof: Proof;
  commands: readonly string[];
  missing: readonly string[];
  flaky: readonly string[];
  /** Log of a run in which no held-out test took part. */
  log: string;
};

const mostBytes = 8 * 1024;
/** Where runners begin to tell what failed. */
const marks =
  /^(?:=+ FAILURES =+|=+ ERRORS =+|✖ failing tests:|⎯+\s*Failed (?:Tests|Suites)|\s*\d+ failing|Traceback \(most|--- FAIL|failures:|FAIL |Summary of all failing|not ok )/m;

/** What whoever repairs must know, in at most 8 KiB: what failed and how, by which commands, where, and what the runner said of it. */
export function diagnosticsOf({ proof, commands, missing, flaky, log }: Findings): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `${title}\n${lines.map((line) => `- ${line}`).join('\n')}`;
  const facts = [
    proof.verdict,
    section(
      'Tests that failed:',
      proof.failures.map(({ name, message }) => `${name}: ${message}`),
    ),
    section('Tests that pass and fail on the same commit:', flaky),
    section('The contract promises, and the code does not have:', missing),
    section('Commands:', commands),
    `Environment: a fresh sandbox (${proof.isolation}) without network${proof.endedBy === undefined ? '' : `; the tests were ended by: ${proof.endedBy}`}`,
  ].filter(Boolean);
  const told = cut(plain(facts.join('\n\n')), mostBytes / 2);
  const said = partThatTells(plain(log));
  if (said === '') return told;
  const title = '\n\nWhat the runner said:\n';
  return told + title + cut(said, mostBytes - Buffer.byteLength(told) - Buffer.byteLength(title));
}

function partThatTells(log: string): string {
  const from = log.search(marks);
  return (from < 0 ? log : log.slice(from)).trim();
}

/** Without what steers terminals, and without characters that hide text. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '');
}

/** Begin and end of a text, where the causes stand and the sums. */
function cut(text: string, bytes: number): string {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  const gap = '\n[…]\n';
  const head = Math.floor((bytes - Buffer.byteLength(gap)) * 0.7);
  const tail = bytes - Buffer.byteLength(gap) - head;
  // Half a character at a cut is left out.
  const whole = (part: Buffer) => part.toString('utf8').replace(/^\uFFFD+|\uFFFD+$/g, '');
  return whole(all.subarray(0, head)) + gap + whole(all.subarray(all.length - tail));
}
