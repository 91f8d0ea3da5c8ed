import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { Change } from '../../schemas/mind.ts';
import { BlobRef } from '../../schemas/nouns.ts';
import { Action } from '../../schemas/solveTask.ts';
import type { Coder, StepOrder } from '../developContracts.ts';
import { type CommitWords, sourceAt } from '../lib/generated/commits.ts';
import { type Progress, whileHeartbeating } from '../lib/heartbeats.ts';
import { atCommit } from './commitFiles.ts';
import { committed } from './committing.ts';
import type { CoderDeps } from './deps.ts';
import { editStep } from './editing.ts';
import { keepChanges } from './keepChanges.ts';
import { protection } from './protection.ts';
import { readStep } from './reading.ts';
import { commandLine, runIn } from './running.ts';
import type { ChangeScanner } from './scanning.ts';
import { searchStep } from './searching.ts';
import type { WarmBoxes } from './warmBoxes.ts';
import type { Said } from './wording.ts';

type Taken = Said & { change: Change };
type Doing = { deps: CoderDeps; boxes: WarmBoxes; scanner: ChangeScanner; order: StepOrder; signal: AbortSignal; progress: Progress };

const Answer = z.object({ change: Change, observation: BlobRef, headline: z.string(), changed: z.boolean() });

/** Carries out steps of the loop. A command's outcome is kept: a repeated attempt answers it, and does not run the command again. */
export function stepTaker(deps: CoderDeps, boxes: WarmBoxes, scanner: ChangeScanner): Coder['takeStep'] {
  return (order) =>
    whileHeartbeating(
      async (signal, progress) => {
        const action = await actionOf(deps, order);
        const key = keyOf(order);
        const kept = action.kind === 'run' ? Answer.safeParse(await deps.store.recall(key)) : undefined;
        if (kept?.success) return kept.data;

        const { change, observation, headline } = await carriedOut(action, { deps, boxes, scanner, order, signal, progress });
        scanner.passed(order.site, order.change, change);
        const answer = {
          change,
          observation: await deps.store.put(observation, 'text/plain; charset=utf-8'),
          headline,
          changed: change.commit !== order.change.commit,
        };
        if (action.kind === 'run') await deps.store.remember(key, answer);
        return answer;
      },
      { task: order.site.taskId, step: String(order.number) },
    );
}

async function actionOf({ store }: CoderDeps, { step }: StepOrder): Promise<Action> {
  const text = Buffer.from(await store.get(step)).toString('utf8');
  try {
    return Action.parse(JSON.parse(text));
  } catch (error) {
    throw failure(
      'InvalidInput',
      'the step in the store is no action (read, search, edit, run, done): ask the model again',
      undefined,
      error,
    );
  }
}

async function carriedOut(action: Action, doing: Doing): Promise<Taken> {
  const { deps, order, signal } = doing;
  const { change, site } = order;
  if (action.kind === 'done') return { change, headline: 'done', observation: 'Done.' };
  if (action.kind === 'run') return await ranIn(action.command, doing);

  const source = sourceAt(site.source, change);
  if (action.kind === 'read') return { change, ...(await atCommit(deps.sources, source, (files) => readStep(files, action), signal)) };
  if (action.kind === 'search')
    return { change, ...(await atCommit(deps.sources, source, (files) => searchStep(files, action, signal), signal)) };

  const rules = { isProtected: protection(order.protected), findSecrets: deps.findSecrets };
  const edit = await atCommit(deps.sources, source, (files) => editStep(files, action, rules), signal);
  if (edit.file === undefined) return { change, ...edit };
  const done = await committed(deps.commits, { source, on: change, files: [edit.file], words: wordsOf(order, edit.headline) }, signal);
  if ('refused' in done) return { change, headline: `${edit.headline}: not done`, observation: `Not done: ${done.refused}.` };
  return { ...edit, ...done };
}

async function ranIn(command: string, { deps, boxes, scanner, order, signal, progress }: Doing): Promise<Taken> {
  const { site, change, commandTimeout } = order;
  const isProtected = protection(order.protected);
  const line = commandLine(command);
  const secret = await scanner.scan({ site, change, isProtected, signal });
  if (secret !== undefined) return { change, headline: `run ${line}: not done`, observation: `Not run. ${secret} Take it out first.` };

  return await boxes.use({ site, change, signal, progress }, async (warm) => {
    const ran = await runIn(warm, { command, timeout: commandTimeout, progress });
    const words = wordsOf(order, `run ${line}`);
    const kept = await keepChanges({ deps, warm, site, change, before: ran.before, after: ran.listing, isProtected, words, signal });
    const notes = warm.notes.splice(0).map((note) => `Note: ${note}`);
    const told = [`$ ${line}`, `${ran.ending} (${ran.seconds.toFixed(1)} s)`, ...kept.told, ...notes];
    const output = ran.output === '' ? 'It printed nothing.' : `Output:\n${ran.output}`;
    return { change: kept.change, headline: `run ${line}: ${ran.ending}`, observation: `${told.join('\n')}\n${output}` };
  });
}

function wordsOf({ site, number, by, at }: StepOrder, title: string): CommitWords {
  return { title, by, task: `${site.run}/${site.taskId}`, step: number, at };
}

function keyOf({ site, role, change, step, number, at, protected: globs }: StepOrder): string {
  const parts = ['step', site.key, site.taskId, role, change.commit, step.sha256, number, at, globs];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
