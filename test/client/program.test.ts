import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../client/cli/summary.ts';
import { reportError } from '../../client/cli/reportError.ts';
import { failure, failureCatalogue, type FailureType } from '../../schemas/failures.ts';
import { type } from '../support/commandLine.ts';
import { runView } from '../support/runViews.ts';

const verbs = [
  'run pipeline',
  'run develop',
  'pipeline init',
  ...'start up worker gateway token locks runs show watch logs cancel pause resume grant replan submit rerun approvals approve reject doctor history validate completion'.split(
    ' ',
  ),
];

describe('help', () => {
  it.each(verbs)('of %s has examples', async (verb) => {
    const { exit, out } = await type([...verb.split(' '), '--help']);
    expect(exit).toBe(0);
    expect(out).toMatch(/Examples:\n {2}\$ \S/);
  });

  it('without a verb lists every verb', async () => {
    const { out } = await type(['--help']);
    for (const verb of verbs) expect(out).toContain(`  ${verb.split(' ')[0]}`);
  });
});

describe('a mistyped line', () => {
  it.each([
    ['rnus', 'Did you mean runs?'],
    ['run pipelin', 'Did you mean pipeline?'],
    ['runs --jsn', 'Did you mean --json?'],
    ['runs --status done', 'Allowed choices are running, waiting, passed, failed, cancelled'],
    ['runs -n many', 'whole number'],
    ['show a b', 'too many arguments'],
    ['rerun last', '--from <stage>'],
    ['approve', 'missing required argument'],
    ['worker --agents lnt', 'did you mean "lint"?'],
    ['run pipeline --set isolaton=docker', 'did you mean "isolation"?'],
    ['run pipeline /nowhere/at/all', 'does not exist'],
    ['run pipeline git@github.com:acme/shop', 'SSH is not used'],
    ['run pipeline . --ref --help-me', 'ref'],
    ['validate nowhere.yml --type pipeline', 'does not exist'],
    ['validate notes.txt', 'add --type pipeline'],
  ])('%s is refused with "%s"', async (line, text) => {
    const { exit, out, err } = await type(line.split(' '));
    expect(err).toContain(text);
    expect(err).toMatch(/^error: /);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe('');
    expect(exit).toBeGreaterThan(0);
  });
});

describe('exit codes', () => {
  it('are those of the catalogue, one for each failure', () => {
    const types = Object.keys(failureCatalogue) as FailureType[];
    const quiet = { colours: { red: (text: string) => text }, note: () => undefined };
    const codes = types.map((name) => reportError(failure(name, 'x'), quiet as never, {}));
    expect(new Set(codes).size).toBe(types.length);
    expect(codes).not.toContain(0);
  });

  it.each([
    ['passed', undefined, 0],
    ['failed', undefined, 1],
    ['cancelled', undefined, 1],
    ['failed', 'UnhealthyRelease', 17],
    ['failed', 'Unexpected', 1],
  ] as const)('of a run that %s by %s is %i', (status, failed, code) => {
    expect(exitCodeOf(runView([], { status, failure: failed && { type: failed, message: '' } }))).toBe(code);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s knows every verb', async (shell) => {
    const { out } = await type(['completion', shell]);
    for (const verb of verbs) expect(out).toContain(verb.split(' ')[0]);
  });

  it('completes in a real bash', async () => {
    const { out } = await type(['completion', 'bash']);
    const ask = (words: string) => `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _mainstay; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await execa('bash', ['-c', `${out}\n${ask('mainstay app')}\n${ask('mainstay run pipeline --is')}`]);
    expect(stdout.split('\n')).toEqual(['approvals approve', '--isolation']);
  });
});
