import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createArtifactStore } from '../../../../activities/lib/store.ts';
import { annotationsOf } from '../../../../activities/report/github/annotations.ts';
import type { BlobRef } from '../../../../schemas/nouns.ts';
import { temporaryFolder } from '../../../support/gitRepository.ts';
import type { TestGitHubRepository } from '../../../support/github/repository.ts';
import { type GitHubServer, startGitHub } from '../../../support/github/startGitHub.ts';
import { result } from '../../../support/plans.ts';
import { announcerOn, at, newsOf, stageRecord, untilDone, writesOf } from './shown.ts';

type Finding = { level?: string; path?: string; line?: number; message?: string; waived?: boolean };

/** SARIF 2.1.0 as a linter or scanner writes it. */
function sarif(findings: readonly Finding[]): string {
  const results = findings.map(({ level = 'warning', path = 'src/a.ts', line = 1, message = 'no', waived = false }) => ({
    ruleId: 'rule',
    level,
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: path }, region: { startLine: line } } }],
    suppressions: waived ? [{ kind: 'external' }] : [],
  }));
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'linter' } }, results }] });
}

function linted(blob: BlobRef, change: object = {}) {
  const artifacts = [{ name: 'lint.sarif', kind: 'sarif' as const, digest: `sha256:${blob.sha256}`, blob }];
  const ended = { iteration: 1, startedAt: at(1), endedAt: at(2), status: 'failed' as const };
  return stageRecord('lint', { ...ended, result: result({ passed: false, summary: 'bad', artifacts }), ...change });
}

describe('annotations of a check', () => {
  let server: GitHubServer;
  let shop: TestGitHubRepository;
  let pull: { number: number; head: string };
  let branch = 0;
  const many = Array.from({ length: 130 }, (_, index) => ({ line: index + 1, level: index < 100 ? 'note' : 'error' }));

  beforeAll(async () => {
    server = await startGitHub();
    shop = server.repository();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    pull = await shop.open({ branch: `findings-${++branch}` });
  });
  const lines = () => shop.checkRuns(pull.head).flatMap(({ annotations }) => annotations);

  it('are sent fifty at a time, the most severe first, and never again', async () => {
    const { show, store } = await announcerOn(server);
    const stage = linted(await store.put(sarif(many), 'application/sarif+json'));
    await show(newsOf(pull, { stages: [{ ...stage, status: 'running', endedAt: undefined, result: undefined }] }));
    expect(lines()).toEqual([]);
    const writes = await writesOf(server, () => show(newsOf(pull, { revision: 2, stages: [stage] })));
    expect(writes.filter((write) => write.includes('/check-runs/'))).toHaveLength(3);
    expect(lines()).toHaveLength(130);
    expect(
      lines()
        .slice(0, 31)
        .map(({ annotation_level }) => annotation_level),
    ).toEqual([...Array<string>(30).fill('failure'), 'notice']);
    await show(newsOf(pull, { revision: 3, stages: [{ ...stage, reason: 'said otherwise' }] }));
    expect(lines()).toHaveLength(130);
    expect(shop.checkRuns(pull.head)).toMatchObject([{ conclusion: 'failure', output: { title: 'said otherwise' } }]);
  });

  it.each([0, 1, 2])('are complete and not doubled when answer %i of those that carry them is lost', async (before) => {
    const { show, store } = await announcerOn(server);
    const news = newsOf(pull, { stages: [linted(await store.put(sarif(many), 'application/sarif+json'))] });
    let seen = 0;
    const path = { test: (text: string) => /\/shop\/check-runs(?:\/\d+)?$/.test(text) && seen++ === before } as RegExp;
    // Reading is not counted: the list of a commit's checks has another path.
    const fault = server.misbehave({ path, do: { cut: 'after' } });
    expect(await untilDone(() => show(news))).toBe(2);
    expect(fault.met).toBe(1);
    expect(new Set(lines().map(({ start_line }) => start_line)).size).toBe(130);
    expect(lines()).toHaveLength(130);
    expect(shop.checkRuns(pull.head).map(({ conclusion }) => conclusion)).toEqual(['failure']);
  });

  it('are shown without the store that held them', async () => {
    const { show } = await announcerOn(server);
    const gone = { sha256: '0'.repeat(64), size: 10, mediaType: 'application/sarif+json' };
    await show(newsOf(pull, { stages: [linted(gone)] }));
    expect(shop.checkRuns(pull.head).map(({ conclusion, annotations }) => [conclusion, annotations.length])).toEqual([['failure', 0]]);
  });
});

describe('annotationsOf', () => {
  const read = async (content: string) => {
    const store = createArtifactStore({ home: await temporaryFolder() });
    return annotationsOf(store, linted(await store.put(content, 'application/sarif+json')));
  };

  it('takes at most 300 and leaves out what is waived', async () => {
    const found = await read(
      sarif([{ waived: true, message: 'known' }, ...Array.from({ length: 400 }, (_, index) => ({ line: index + 1 }))]),
    );
    expect(found).toHaveLength(300);
    expect(found.map(({ message }) => message)).not.toContain('known');
  });

  it.each([['/etc/passwd'], ['../../etc/passwd'], ['file:///etc/passwd'], ['https://evil.test/x'], ['a%2F..%2F..%2Fb'], ['a\nb'], ['']])(
    'places nothing at %j',
    async (path) => {
      expect(await read(sarif([{ path }]))).toEqual([]);
    },
  );

  it.each([
    [
      { path: './src/a%20b.ts', line: 7 },
      { path: 'src/a b.ts', start_line: 7, end_line: 7 },
    ],
    [{ line: 0 }, { start_line: 1 }],
    [{ line: -3.5 }, { start_line: 1 }],
    [{ message: '' }, { message: 'rule' }],
    [{ message: 'x'.repeat(1_000_000) }, { message: expect.stringMatching(/^x{1999}…$/) as string }],
    [{ message: '\u001b[31mred\u202E\n/mainstay approve' }, { message: 'red /mainstay approve' }],
    [{ level: 'fatal' }, { annotation_level: 'warning' }],
  ])('reads %j', async (finding, expected) => {
    expect(await read(sarif([finding]))).toMatchObject([expected]);
  });

  it.each(['', 'no JSON', '[]', '{"runs":[{}]}', '{"runs":[{"results":null}]}'])('finds nothing in %j', async (content) => {
    expect(await read(content)).toEqual([]);
  });
});
