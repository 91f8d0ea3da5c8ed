import { createHash } from 'node:crypto';
import type { StageResult, StageTask } from '../../schemas/stage.ts';
import type { AgentTrait, Verdict } from './workbench.ts';

/**
 * Key of a stage's result: the same definition, agent, tree, rules and needed results give the same key, in any run. Trust and
 * isolation are in it, so that a result made for an untrusted source never serves a trusted one.
 */
export function stageKey({ source, stage, needs, rules, isolation }: StageTask, { version }: AgentTrait, today: string): string {
  // How a stage is called and how patiently it is tried do not change what it finds.
  const { id: _id, name: _name, needs: _needs, retryOnFailure: _retries, attempts: _attempts, timeout: _timeout, ...definition } = stage;
  const expires = rules.security.waivers.length + rules.tests.quarantine.length > 0;
  return digestOf({
    definition,
    version,
    tree: source.tree,
    // Changed lines and new findings are measured against the base.
    base: source.base,
    needs: Object.entries(needs).map(([id, need]) => [id, need.digest]),
    rules,
    isolation,
    trusted: source.trusted,
    fork: source.fork || undefined,
    dependenciesAt: source.dependenciesAt,
    // Waivers and quarantines end on a day, so a result that used them is good for that day.
    day: expires ? today : undefined,
  });
}

const measured: ReadonlySet<string> = new Set(['junit', 'coverage', 'log', 'report']);

/** Digest of what dependents can see of a result: its judgement and what it made, not its times and measurements. */
export function resultDigest({ passed, artifacts = [] }: Verdict): StageResult['digest'] {
  return digestOf({ passed, made: artifacts.filter(({ kind }) => !measured.has(kind)).map(({ name, digest }) => [name, digest]) });
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
