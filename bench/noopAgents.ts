import type { Announcer, Builder, Deployer, Linter, Reporter, SecurityScanner, SourceAgent, Tester } from '../activities/contracts.ts';
import { ProjectFile } from '../schemas/projectFile.ts';
import type { PipelinePlan } from '../schemas/runPipeline.ts';
import { Source } from '../schemas/source.ts';
import type { StageResult } from '../schemas/stage.ts';

type Agents = SourceAgent & Linter & Tester & Builder & SecurityScanner & Deployer & Reporter & Pick<Announcer, 'showOnGitHub'>;

/** Agents that do nothing. The request's ref is the number of stages, each of which needs the one before. */
export function noopAgents(): Agents {
  const at = new Date(0).toISOString();
  const digest = '0'.repeat(64);
  const result: StageResult = {
    passed: true,
    summary: 'nothing',
    digest,
    isolation: 'none',
    notices: [],
    artifacts: [],
    startedAt: at,
    endedAt: at,
    actions: [],
  };
  const blob = { sha256: digest, size: 0, mediaType: 'text/plain' };
  const work = async () => result;
  return {
    openRun: async ({ ref }) => chain(Number(ref)),
    evaluateCondition: async () => true,
    lintCode: work,
    runTests: work,
    buildArtifacts: work,
    scanSecurity: work,
    deployRelease: async () => ({ environment: 'none', target: 'command', key: 'none', digest }),
    watchRelease: async () => ({ verdict: 'pass', reason: '', probes: 0, failed: 0 }),
    rollBackRelease: async () => ({ undone: false }),
    writeReport: async () => ({ markdown: blob, json: blob }),
    showOnGitHub: async () => undefined,
  };
}

const sha = '1'.repeat(40);
/** The commit that every run of the bench is about. */
export const noopSource = Source.parse({
  repository: 'noop',
  slug: 'local/noop',
  ref: 'main',
  commit: sha,
  tree: sha,
  changedPaths: 0,
  dirty: false,
  trusted: false,
});

/** A plan of `length` stages in a row, spread over the four agents that work on code. */
function chain(length: number): PipelinePlan {
  const working = ['lint', 'test', 'build', 'security'] as const;
  const stages = Array.from({ length }, (_, index) => ({
    id: `stage-${index}`,
    name: `stage-${index}`,
    agent: working[index % working.length] ?? 'test',
    needs: index === 0 ? [] : [`stage-${index - 1}`],
    run: [],
    directory: '',
    env: {},
    matrix: {},
    allowFailure: false,
    retryOnFailure: 0,
    attempts: 3,
    timeout: '1 minute',
    cache: true,
    approval: false,
    approvers: [],
    with: {},
  }));
  return { source: noopSource, stages, origin: 'request', hash: sha, notices: [], notifyOnSuccess: false, rules: ProjectFile.parse({}) };
}
