import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../activities/lint/finding.ts';
import { judge } from '../../../activities/lint/judge.ts';
import type { LintOutcome } from '../../../activities/lint/runJob.ts';

const old: Finding = { tool: 'eslint', rule: 'no-var', level: 'error', message: 'no var', path: 'a.js', line: 9 };
const fresh: Finding = { ...old, line: 1 };
const warning: Finding = { ...fresh, level: 'warning' };

function outcome(part: Partial<LintOutcome>, tool = 'eslint', advisory = false): LintOutcome {
  return {
    job: { directory: '', tool, command: 'npm run lint', line: tool, separator: '', advisory },
    exitCode: 0,
    said: 'last words',
    ...part,
  };
}

type Facts = Partial<Parameters<typeof judge>[0]>;
const verdicts: [string, Facts, boolean, string][] = [
  ['is clean without findings', { outcomes: [outcome({ findings: [] })] }, true, 'eslint: no findings'],
  ['lets warnings pass that the linter lets pass', { outcomes: [outcome({ findings: [warning] })] }, true, 'eslint: 1 warning'],
  ['fails by the linter’s own judgement', { outcomes: [outcome({ findings: [warning], exitCode: 1 })] }, false, 'eslint: 1 warning'],
  ['fails by errors', { outcomes: [outcome({ findings: [old], exitCode: 1 })] }, false, 'eslint: 1 error; first: a.js:9 no var (no-var)'],
  ['lets old errors pass when only changed lines block', { outcomes: [outcome({ findings: [old], exitCode: 1 })], block: 'changed' }, true, 'eslint: 1 error (0 on changed lines)'],
  ['fails by errors on changed lines', { outcomes: [outcome({ findings: [old, fresh], exitCode: 1 })], block: 'changed' }, false, 'eslint: 2 errors (1 on changed lines); first: a.js:1 no var (no-var)'],
  ['is never clean when the linter could not run', { outcomes: [outcome({ broken: 'is not installed: sh: eslint: not found', exitCode: 127 })] }, false, 'eslint is not installed: sh: eslint: not found'],
  ['is not clean either when only changed lines block', { outcomes: [outcome({ broken: 'could not run (exit 2): no config', exitCode: 2 })], block: 'changed' }, false, 'eslint could not run (exit 2): no config'],
  ['fails by exit code when findings cannot be read', { outcomes: [outcome({ exitCode: 3 }, 'script')] }, false, '`npm run lint` failed (exit 3): last words'],
  ['lets advice pass', { outcomes: [outcome({ findings: [{ ...warning, tool: 'gofmt' }] }, 'gofmt', true)] }, true, 'gofmt: 1 warning'],
  ['fails by errors in SARIF of others', { outcomes: [outcome({}, 'script')], foreign: [old] }, false, 'findings in the SARIF files; npm run lint, eslint: 1 error; first: a.js:9 no var (no-var)'],
]; // prettier-ignore

describe('the verdict on findings', () => {
  it.each(verdicts)('%s', (_title, facts, passed, summary) => {
    const isFresh = ({ line }: Finding) => line === 1;
    expect(judge({ outcomes: [], foreign: [], block: 'all', isFresh, ...facts })).toMatchObject({ passed, summary });
  });
});
