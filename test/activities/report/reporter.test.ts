import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createArtifactStore } from '../../../activities/lib/store.ts';
import type { RunRecord } from '../../../activities/contracts.ts';
import { codeBlock, markdownText } from '../../../activities/report/escape.ts';
import { createReporter, reportFolder } from '../../../activities/report/reporter.ts';
import { RunReport } from '../../../schemas/report.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { perform } from '../../support/releases.ts';
import { runOf } from '../../support/runs.ts';

const escape = '\u001b';
const hostile = `@everyone ![x](http://evil.test/p.png) <img src=x onerror=1> ${escape}[31mred${escape}[0m \`code\` | cell #12 www.evil.test`;

describe('markdownText', () => {
  it.each([
    ['a mention', 'ask @octocat', /(?<!\u200b)@(?!\u200b)/],
    ['an image', '![pixel](http://evil.test/p.png)', /!\[|\]\(|:\/\//],
    ['HTML', '<script>alert(1)</script>', /(?<!\\)</],
    ['an escape sequence', `${escape}[31mred${escape}]8;;http://x${escape}\\link`, /\p{Cc}|\[31m|\]8/u],
    ['a new row', 'a | b\n| c', /(?<!\\)\||\n/],
    ['a direction override', 'abc\u202Ecba', /\u202E/],
  ])('shows %s without its effect', (_, text, effect) => {
    expect(text).toMatch(effect);
    expect(markdownText(text)).not.toMatch(effect);
  });

  it('keeps several lines in a block that they cannot leave', () => {
    const lines = codeBlock('first\n````\n# heading').split('\n');
    expect(lines[0]).toBe('`````text');
    expect(lines.at(-1)).toBe('`````');
  });
});

describe('createReporter', () => {
  const write = async (run: RunRecord) => {
    const home = await temporaryFolder();
    const store = createArtifactStore({ home });
    const refs = await perform(createReporter({ store, home }).writeReport, run);
    const text = async (ref: (typeof refs)['json']) => Buffer.from(await store.get(ref)).toString('utf8');
    return { home, refs, store, markdown: await text(refs.markdown), json: RunReport.parse(JSON.parse(await text(refs.json))) };
  };

  it('tells verdict, stages, approvals, releases, artifacts, isolation and what was reused', async () => {
    const { markdown } = await write(runOf());
    expect(markdown).toMatch(/^## passed: acme\/shop at aaaaaaaaaaaa \\\(main\\\) in 9s; 3 stages, 1 reused/);
    for (const part of [
      '| lint | passed | 1s | 1 | no findings (reused from run-pipeline/acme/shop/0) |',
      '| test | passed | 4s | 2 | 8 tests passed |',
      'deploy/1: deploy to staging; approved by Ada at 2026-01-01T00:00:05.000Z: looks good',
      'staging runs `sha256:abc` at http://127.0.0.1:4711 (docker)',
      'junit.xml (junit, test): `sha256:1234`',
      '- docker: test',
      'weaker limits',
    ]) {
      expect(markdown).toContain(part);
    }
  });

  it('lists everything that happened in the order of time, but not again what another run did', async () => {
    const run = runOf();
    run.record.refusals = [{ at: '2026-01-01T00:00:04.500Z', by: 'github:eve', request: 'deploy/1', reason: 'eve may not' }];
    const { json } = await write(run);
    const times = json.timeline.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    const what = json.timeline.map((entry) => `${entry.who}: ${entry.what}`);
    expect(what).toContain('test: ran npm test');
    expect(what).toContain('Ada: approved deploy/1: looks good');
    expect(what).toContain('github:eve: not taken about deploy/1: eve may not');
    expect(what.join()).not.toContain('ran eslint');
  });

  it('shows why a stage failed: failed tests, else the end of its log', async () => {
    const home = await temporaryFolder();
    const log = await createArtifactStore({ home }).put('line one\nSyntaxError in server.js\n', 'text/plain');
    const run = runOf();
    const [lint, test] = run.result.stages;
    Object.assign(lint ?? {}, { status: 'failed', reason: 'eslint ended with 2', result: { ...lint?.result, log } });
    Object.assign(test ?? {}, { status: 'failed', reason: '1 of 8 tests failed' });
    const failures = [{ name: 'greets Ada', message: 'expected Hello\nbut got Bye' }];
    Object.assign(test?.result ?? {}, { tests: { total: 8, passed: 7, failed: 1, skipped: 0, flaky: [], quarantined: [], failures } });
    const reporter = createReporter({ store: createArtifactStore({ home }), home });
    await perform(reporter.writeReport, run);

    const [file = ''] = (await readdir(join(home, 'reports'), { recursive: true })).filter((path) => path.endsWith('report.md'));
    expect(file).toMatch(/^run-pipeline\/acme\/shop\/1\/[0-9a-f-]{36}\/report\.md$/);
    const markdown = await readFile(join(home, 'reports', file), 'utf8');
    expect(markdown).toContain('```text\ngreets Ada: expected Hello\n```');
    expect(markdown).toContain('SyntaxError in server.js');
  });

  it('writes the same report at a second attempt, whatever the workflow is called', async () => {
    const run = runOf();
    const [first, second] = [await write(run), await write(run)];
    expect(second.refs).toEqual(first.refs);
    expect(reportFolder('/home', { workflowId: '../../etc/x', runId: '..' })).toMatch(/^\/home\/reports\/_\.\.\/_\.\.\/etc\/x\/_\.\.$/);
  });

  it('lets nothing of the repository act in the report', async () => {
    const run = runOf();
    const [, test] = run.result.stages;
    Object.assign(test ?? {}, { status: 'failed', reason: hostile });
    run.result.notices.push(hostile);
    const { markdown } = await write(run);
    const outside = markdown.replace(/```[^]*?```/g, '');
    for (const act of [/(?<!\u200b)@(?!\u200b)/, /(?<!\\)!\[/, /(?<!\\)<img/, /evil\.test\/p\.png\)/, /(?!\n)\p{Cc}/u])
      expect(outside).not.toMatch(act);
  });
});
