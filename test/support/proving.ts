import { createInstaller } from '../../activities/lib/install/prepare.ts';
import { join } from 'node:path';
import { createBuilder } from '../../activities/build/builder.ts';
import { createStageRunner } from '../../activities/lib/stageRunner.ts';
import { createLinter } from '../../activities/lint/linter.ts';
import { thisOwner } from '../../activities/sandbox/owner.ts';
import { createSandboxes } from '../../activities/sandbox/sandboxes.ts';
import { createSecurityScanner } from '../../activities/security/scanner.ts';
import { createTester } from '../../activities/test/tester.ts';
import type { ProofOrder } from '../../activities/developContracts.ts';
import { createDebugger } from '../../activities/debugger/debugger.ts';
import { createProver } from '../../activities/tester/prover.ts';
import type { AcceptanceTests, Proof } from '../../schemas/debugFailure.ts';
import type { Change } from '../../schemas/mind.ts';
import { Source } from '../../schemas/source.ts';
import { BuildReport } from '../../schemas/buildReport.ts';
import { TestReport } from '../../schemas/testReport.ts';
import { generating, siteOf } from './generated.ts';
import { perform } from './releases.ts';
import { kindsHere } from './sandboxes.ts';

type Texts = Readonly<Record<string, string | null>>;
const mebibyte = 2 ** 20;

export type Ground = { files: Readonly<Record<string, string>>; open: Texts; hidden: Texts; commands: string[] };

/** A real repository with acceptance tests, and all that proves changes of it, in the quickest box without network that there is here. */
export async function provingGround({ files, open, hidden, commands }: Ground) {
  const ground = await generating(files);
  const { home, here } = ground;
  const { store, sources, commits, workspaces } = here;
  const kinds = await kindsHere();
  const isolation = kinds.some(({ kind, missing }) => kind === 'bubblewrap' && missing === undefined) ? 'bubblewrap' : 'auto';
  const runStage = createStageRunner({
    home, owner: thisOwner(), store, sources, workspaces,
    limits: { memoryBytes: 1024 * mebibyte, processes: 256, cpus: 2, outputBytes: 4 * mebibyte, diskBytes: 512 * mebibyte },
    sandboxes: createSandboxes({ home, image: 'mainstay-sandbox:2' }),
    installer: createInstaller({ locks: join(home, 'locks') }),
  }); // prettier-ignore
  const { runTests } = createTester({ runStage });
  const { lintCode } = createLinter({ runStage });
  const { scanSecurity } = createSecurityScanner({ runStage, hostEnv: {} });
  const { buildArtifacts } = createBuilder({ runStage, imageDefaults: { runtime: 'node', memoryBytes: mebibyte, dockerConfig: '' } });
  const prover = createProver({ runTests, lintCode, scanSecurity, buildArtifacts, commits, sources, store, runStage });
  const debug = createDebugger({ runTests, commits, sources, store });

  const change = (texts: Texts, on: Change) =>
    ground.commit(
      Object.entries(texts).map(([path, text]) => ({ path, text })),
      on,
    );
  const base = await change(open, ground.start);
  const put = (texts: Texts) =>
    store.put(JSON.stringify(Object.entries(texts).map(([path, text]) => ({ path, text }))), 'application/json');
  const tests: AcceptanceTests = {
    open: await put(open),
    hidden: await put(hidden),
    paths: Object.keys(open),
    hiddenPaths: Object.keys(hidden),
    commands,
  };
  const site = siteOf(Source.parse({ ...ground.source, trusted: true }), { isolation });
  const order = (of: Change, more: Partial<ProofOrder> = {}): ProofOrder => ({
    site,
    base,
    change: of,
    tests: [tests],
    testTimeout: '60s',
    times: 1,
    allowed: [],
    ...more,
  });

  return {
    ...ground,
    store,
    base,
    tests,
    site,
    order,
    change: (texts: Texts, on = base) => change(texts, on),
    async prove(texts: Texts, more: Partial<ProofOrder> = {}) {
      const made = await change(texts, base);
      const proof = await perform(prover.proveChange, order(made, more));
      const report = TestReport.parse(JSON.parse(Buffer.from(await store.get(proof.report)).toString('utf8')));
      const kept = proof.buildReport && (await store.get(proof.buildReport));
      const buildReport = kept && BuildReport.parse(JSON.parse(Buffer.from(kept).toString('utf8')));
      return { proof, report, buildReport, made, rules: proof.refusals.map(({ rule, path }) => `${rule} ${path}`) };
    },
    makeExhibits: prover.makeExhibits,
    async diagnose(made: Change, proof: Proof, contract: object, more: object = {}) {
      const kept = await store.put(JSON.stringify(contract), 'application/json');
      return await perform(debug.diagnoseFailure, { site, base, change: made, contract: kept, tests, proof, testTimeout: '60s', ...more });
    },
  };
}
