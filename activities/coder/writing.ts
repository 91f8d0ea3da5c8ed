import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { Change, type Mind, Provenance, type Thought, Usage } from '../../schemas/mind.ts';
import type { Coder, CodeOrder } from '../developContracts.ts';
import { type CommitWords, sourceAt } from '../lib/generated/commits.ts';
import { type Progress, whileHeartbeating } from '../lib/heartbeats.ts';
import type { ProgramRunner } from '../lib/programs/program.ts';
import { templateNamed } from '../lib/templates/list.ts';
import { briefWriter } from './briefing.ts';
import type { CoderDeps } from './deps.ts';
import { secretIn } from './editing.ts';
import { keepChanges } from './keepChanges.ts';
import { protection } from './protection.ts';
import { list } from './running.ts';
import type { ChangeScanner } from './scanning.ts';
import type { WarmBoxes } from './warmBoxes.ts';
import { somePaths } from './wording.ts';

type Written = Thought<{ change: Change; summary: string }>;
type Parts = {
  deps: CoderDeps;
  boxes: WarmBoxes;
  scanner: ChangeScanner;
  brief: ReturnType<typeof briefWriter>;
  runProgram?: ProgramRunner;
};

const noCost: Usage = { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0 };
const Kept = z.object({
  kind: z.literal('answer'),
  value: z.object({ change: Change, summary: z.string() }),
  usage: Usage,
  by: Provenance,
});

/** Writes a task's code in one go. What a program made is kept under the order's key, so that a repeated attempt does not pay again. */
export function codeWriter(given: Omit<Parts, 'brief'>): Coder['writeCode'] {
  const parts = { ...given, brief: briefWriter(given.deps) };
  return async (order) => {
    const { mind } = order;
    switch (mind.kind) {
      case 'template':
        return await fromTemplate(parts, order, mind);
      case 'program':
        return await whileHeartbeating((signal, progress) => keptOrMade(parts, order, mind, { signal, progress }), {
          task: order.site.taskId,
        });
      case 'model':
        throw failure('NotOffered', 'a model writes code step by step: start solveTask with the brief of briefTask');
    }
  };
}

async function fromTemplate({ deps }: Parts, order: CodeOrder, mind: Extract<Mind, { kind: 'template' }>): Promise<Written> {
  const { site, start, todo } = order;
  const template = templateNamed(mind.template);
  const files = template.code(mind.subject, todo.id);
  for (const { path, text } of files) {
    const secret = text === null ? undefined : await secretIn(deps.findSecrets, path, text);
    if (secret !== undefined) throw failure('ChangeRefused', `${secret} Take it out of the request.`);
  }
  const by: Provenance = { agent: 'coder@1', mind: `template:${template.id}@${template.version}` };
  const words = await wordsOf(deps, order, by);
  const change = await deps.commits.commit({ source: site.source, on: start, files, words });
  const summary =
    change.commit === start.commit
      ? `The code of template ${template.id} is there already; nothing was changed.`
      : `Made by template ${template.id}: ${somePaths(files.map(({ path }) => path))}.`;
  return { kind: 'answer', value: { change, summary }, usage: noCost, by };
}

type ProgramMind = Extract<Mind, { kind: 'program' }>;
type Working = { signal: AbortSignal; progress: Progress };

async function keptOrMade(parts: Parts, order: CodeOrder, mind: ProgramMind, working: Working): Promise<Written> {
  const { store } = parts.deps;
  const key = createHash('sha256')
    .update(JSON.stringify(['code', order.key, order.start.commit, mind.program]))
    .digest('hex');
  const kept = Kept.safeParse(await store.recall(key));
  if (kept.success) return kept.data;
  const made = await byProgram(parts, order, mind, working);
  await store.remember(key, made);
  return made;
}

async function byProgram(parts: Parts, order: CodeOrder, { program }: ProgramMind, { signal, progress }: Working): Promise<Written> {
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
    const ran = await runProgram.run({ program, box: warm.box, brief: brief.text, signal, onProgress, limits });
    const after = await list(warm);
    const words = await wordsOf(deps, order, ran.by);
    const kept = await keepChanges({ deps, warm, site, change: start, before, after, isProtected, words, signal });
    const ended = ran.outcome === 'budget' ? ['It was ended by its budget.'] : [];
    const summary = [ran.summary, ...ended, ...kept.told].join('\n');
    return { kind: 'answer', value: { change: kept.change, summary }, usage: ran.usage, by: ran.by };
  });
}

/** The commit's date is that of the start, so that every attempt makes the same commit. */
async function wordsOf({ sources }: CoderDeps, { site, start, todo }: CodeOrder, by: Provenance): Promise<CommitWords> {
  const at = await sources.read(sourceAt(site.source, start), (git) => git.text(['show', '-s', '--format=%cI', start.commit]));
  return { title: todo.title, by, task: `${site.run}/${site.taskId}`, at: new Date(at).toISOString() };
}
