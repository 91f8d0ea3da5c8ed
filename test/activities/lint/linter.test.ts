import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLinter } from '../../../activities/lint/linter.ts';
import { detectProject } from '../../../repository/detect/detectProject.ts';
import { treeOf } from '../../support/memoryTree.ts';
import { type Trial, type Tried, tryAtWorkbench } from '../../support/workbench.ts';

// The project's own linter, by its path, saves an install.
const oxlint = resolve('node_modules/.bin/oxlint');
const goCache = outputOf('go', 'env', 'GOCACHE');

function outputOf(tool: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

async function lint(files: Record<string, string>, trial: Partial<Trial> = {}): Promise<Tried> {
  const project = await detectProject(treeOf(files));
  return tryAtWorkbench({ project, files, ...trial }, (task, run) => {
    return createLinter({ runStage: async (_task, _trait, work) => (await run(work)) as never }).lintCode(task);
  });
}

const own = (run: string[], rest: object = {}) => ({ stage: { run, ...rest } });
const wrong = { 'a.js': 'debugger;\n', 'b.js': 'debugger;\n' };
const denies = `${oxlint} -D no-debugger a.js b.js`;
const diff = 'diff --git a/b.js b/b.js\n--- a/b.js\n+++ b/b.js\n@@ -0,0 +1 @@\n+debugger;\n';
const foreign = JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'own' } }, results: [{ ruleId: 'r', level: 'error', message: { text: 'm' }, locations: [{ physicalLocation: { artifactLocation: { uri: 'a.js' }, region: { startLine: 1 } } }] }] }] }); // prettier-ignore

describe('the linter', () => {
  it('counts findings, keeps them as SARIF and fails as the linter does', async () => {
    const { verdict, kept } = await lint(wrong, own([denies]));
    expect(verdict).toMatchObject({ passed: false, findings: { error: 2, fresh: 2 } });
    expect(JSON.parse(kept['lint.sarif'] ?? '')).toMatchObject({ version: '2.1.0', runs: [{ results: { length: 2 } }] });
  });

  it('is clean only when the linter ran', async () => {
    expect((await lint({ 'a.js': 'export {};\n', 'b.js': 'export {};\n' }, own([denies]))).verdict).toMatchObject({ passed: true, summary: 'oxlint: no findings' });
  });

  it.each([
    ['on changed lines', diff, false, 1],
    ['elsewhere only', diff.replaceAll('b.js', 'c.js'), true, 0],
  ])('blocks by errors %s when told so', async (_title, changes, passed, fresh) => {
    const { verdict } = await lint(wrong, { ...own([denies], { with: { block: 'changed' } }), diff: changes, base: true });
    expect(verdict).toMatchObject({ passed, findings: { error: 2, fresh } });
  });

  it.each([
    ['is not installed', {}, own(['eslint .']), /^eslint is not installed/],
    ['has a broken configuration', { ...wrong, '.oxlintrc.json': '{"rules": 3' }, own([denies]), /^oxlint (?:did not print JSON|failed without findings|could not run)/],
    ['is a script that fails', {}, own(['sh -c "echo no good; exit 3"']), /failed \(exit 3\): no good$/],
    ['is not to be found', {}, {}, /^no linter was found.*"run:" commands/],
    ['leaves no SARIF where it should', {}, own(['true'], { with: { sarif: ['*.sarif'] } }), /no file matches with\.sarif/],
    ['leaves errors as SARIF', { 'x.sarif': foreign }, own(['true'], { with: { sarif: ['*.sarif'] } }), /^findings in the SARIF files; true, own: 1 error/],
    ['leaves SARIF that is none', { 'x.sarif': '{}' }, own(['true'], { with: { sarif: ['*.sarif'] } }), /^x\.sarif is no SARIF/],
  ] as [string, Record<string, string>, Partial<Trial>, RegExp][])('fails when the linter %s', async (_title, files, trial, summary) => {
    const { verdict } = await lint(files, trial);
    expect(verdict.passed).toBe(false);
    expect(verdict.summary).toMatch(summary);
  }); // prettier-ignore

  it.skipIf(goCache === undefined)('runs go vet, and gofmt as advice (needs Go)', async () => {
    const files = { 'go.mod': 'module example.com/shop\n\ngo 1.20\n', 'a.go': 'package shop\n\nimport "fmt"\n\nfunc P() {   fmt.Printf("%d", "x") }\n' };
    const { verdict } = await lint(files, { stage: { env: { GOCACHE: goCache ?? '' } } });
    expect(verdict).toMatchObject({ passed: false, findings: { error: 1, warning: 1 } });
  });

  it.skipIf(goCache === undefined)('is not clean when go vet fails without a finding, though only changed lines block (needs Go)', async () => {
    const { verdict } = await lint({ 'go.mod': 'module\n' }, { ...own(['go vet ./...'], { with: { block: 'changed' } }), base: true });
    expect(verdict.passed).toBe(false);
    expect(verdict.summary).toMatch(/^go vet failed without findings \(exit 1\): .*go\.mod/);
  });
}); // prettier-ignore
