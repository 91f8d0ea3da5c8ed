import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { Change, type Mind, Provenance, type Thought, Usage } from '../../schemas/mind.ts';
import type { LoopLimits } from '../../schemas/solveTask.ts';
import { plus } from '../../schemas/usage.ts';
import type { CodeOrder } from '../developContracts.ts';
import type { Progress } from '../lib/heartbeats.ts';
import type { ProgramRunner } from '../lib/programs/program.ts';
import type { briefWriter } from './briefing.ts';
import { commitWords } from './commitWords.ts';
import type { CoderDeps } from './deps.ts';
import { keepChanges } from './keepChanges.ts';
import { protection } from './protection.ts';
import { list } from './running.ts';
import type { ChangeScanner } from './scanning.ts';
import type { WarmBoxes } from './warmBoxes.ts';

export type Written = Thought<{ change: Change; summary: string }>;
export type ProgramParts = {
  deps: CoderDeps;
  boxes: WarmBoxes;
  scanner: ChangeScanner;
  brief: ReturnType<typeof briefWriter>;
  runProgram?: ProgramRunner;
};
type ProgramMind = Extract<Mind, { kind: 'program' }>;
type Working = { signal: AbortSignal; progress: Progress };

const Done = z.object({
  kind: z.literal('answer'),
  value: z.object({ change: Change, summary: z.string() }),
  usage: Usage,
  by: Provenance,
});
/** What a program had done and used when its model's rate limit ended it. */
const Parked = z.object({ change: Change, usage: Usage, workedMs: z.number() });
type Parked = z.infer<typeof Parked>;

const goOn = 'An earlier try ended in the middle. What it had done is in the working tree: look at it first, and go on from there.';

/**
 * Lets a coding program write the code. What it made is kept under the order's key, so that a repeated attempt does not pay again. When its model
 * is busy, what it did so far is committed, the answer says until when to wait, and the next attempt goes on from there with what is left.
 */
export async function byProgram(parts: ProgramParts, order: CodeOrder, mind: ProgramMind, working: Working): Promise<Written> {
  const { store } = parts.deps;
  const named = (kind: string) =>
    createHash('sha256')
      .update(JSON.stringify([kind, order.key, order.start.commit, mind.program]))
      .digest('hex');
  const kept = Done.safeParse(await store.recall(named('code')));
  if (kept.success) return kept.data;

  const earlier = Parked.safeParse(await store.recall(named('parked'))).data;
  const made = await work(parts, continued(order, earlier), mind, working);
  const usage = earlier === undefined ? made.usage : plus(earlier.usage, made.usage);
  if ('forMs' in made) {
    const { change, workedMs, forMs, reason } = made;
    await store.remember(named('parked'), { change, usage, workedMs: workedMs + (earlier?.workedMs ?? 0) } satisfies Parked);
    return { kind: 'wait', until: new Date(Date.now() + forMs).toISOString(), reason };
  }
  const answer = { kind: 'answer' as const, value: { change: made.change, summary: made.summary }, usage, by: made.by };
  await store.remember(named('code'), answer);
  return answer;
}

type Made = { change: Change; usage: Usage } & ({ summary: string; by: Provenance } | { workedMs: number; forMs: number; reason: string });

async function work(parts: ProgramParts, order: CodeOrder, { program }: ProgramMind, { signal, progress }: Working): Promise<Made> {
  const { deps, boxes, scanner, runProgram } = parts;
  const { site, start, limits } = order;
  if (runProgram === undefined)
    throw failure('NotConfigured', `this worker runs no coding programs: configure the key of ${program}'s model, or choose another mind`);
  const brief = await parts.brief(order);
  const isProtected = protection(brief.protected);
  const secret = await scanner.scan({ site, change: start, isProtected, signal });
  if (secret !== undefined) throw failure('ChangeRefused', `${secret} Take it out of the repository first.`);

  return await boxes.use({ site, change: start, signal, progress }, async (warm) => {
    const before = warm.listing ?? (await list(warm));
    if (before === undefined) throw failure('SandboxFailed', 'the working tree in the sandbox could not be listed');
    Object.assign(warm, { at: undefined, listing: undefined, listen: progress });
    const onProgress = (line: string) => progress(`${line}\n`);
    const began = Date.now();
    const ran = await runProgram.run({ program, box: warm.box, brief: brief.text, signal, onProgress, limits });
    const workedMs = Date.now() - began;
    const after = await list(warm);
    const words = await commitWords(deps, order, ran.by);
    const { change, told } = await keepChanges({ deps, warm, site, change: start, before, after, isProtected, words, signal });
    if (ran.outcome === 'parked') return { change, usage: ran.usage, workedMs, forMs: ran.forMs, reason: ran.reason };
    const ended = ran.outcome === 'budget' ? ['It was ended by its budget.'] : [];
    return { change, usage: ran.usage, summary: [ran.summary, ...ended, ...told].join('\n'), by: ran.by };
  });
}

/** The same order from where an earlier try ended, with what that one left of the limits. */
function continued(order: CodeOrder, earlier: Parked | undefined): CodeOrder {
  if (earlier === undefined) return order;
  const instruction = [order.instruction, goOn].filter(Boolean).join('\n\n');
  return { ...order, start: earlier.change, instruction, limits: leftOf(order.limits, earlier) };
}

function leftOf({ steps, tokens, minutes, usd }: LoopLimits, { usage, workedMs }: Parked): LoopLimits {
  const used = usage.inputTokens + usage.outputTokens;
  return {
    steps: Math.max(0, steps - usage.steps),
    tokens: Math.max(0, tokens - used),
    minutes: Math.max(0, minutes - workedMs / 60_000),
    ...(usd !== undefined && { usd: Math.max(0, usd - (usage.usd ?? 0)) }),
  };
}
