import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { completed } from './developHistories.ts';
import type { Asked } from './openModelServer.ts';
import { kindOf } from './scriptedModel.ts';

type Run = { client: Client; workflowId: string; home: string; followed: readonly string[]; kills(): number };

/** The activity that asks each kind of question, outside of the loops. */
const askedBy: Record<string, string> = { plan: 'planWork', contract: 'designContract', tests: 'writeTests' };

/**
 * Judges every question that reaches the model of a run with one task: nothing is asked whose answer is in history or in the store, and nothing
 * twice by a worker that was not killed in between.
 */
export function createQuestionJudge() {
  /** Questions in the order in which they first came, with the number of kills when they last did. */
  const asked = new Map<string, number>();
  const faults: string[] = [];
  const again: string[] = [];

  /** Answers how many questions came before it for the first time, and whether it did so now. */
  async function judge({ client, workflowId, home, followed, kills }: Run, question: Asked): Promise<{ number: number; first: boolean }> {
    const kind = kindOf(question);
    const turns = question.messages.filter(({ role }) => role === 'assistant').length;
    const name = `${kind} ${turns}`;
    const before = asked.get(name);
    const first = before === undefined;
    const number = first ? asked.size : [...asked.keys()].indexOf(name);
    if (!first) again.push(name);
    if (before === kills()) faults.push(`${name} was asked twice by the same worker`);
    asked.set(name, kills());

    const loop = followed.find((id) => id.startsWith(`solve-task/${kind === 'debug' ? 'debug-failure' : 'build-feature'}/`));
    const place = askedBy[kind] === undefined ? loop : workflowId;
    const recorded = place === undefined ? 0 : await completed(client, place, askedBy[kind] ?? 'nextStep');
    if (recorded > turns) faults.push(`${name} was asked although history has its answer`);
    const kept = await answersKept(home);
    if (kept > number) faults.push(`${name} was asked although the store has its answer (${kept} answers, question ${number + 1})`);
    return { number, first };
  }

  return { judge, faults, again, questions: () => [...asked.keys()] };
}

const Thought = z.object({ value: z.unknown(), usage: z.object({}), by: z.object({ prompt: z.string() }) });

/** How many answers of a model the store under `home` keeps. */
export async function answersKept(home: string): Promise<number> {
  const folder = join(home, 'store', 'results');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const texts = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8')));
  return texts.filter((text) => Thought.safeParse(JSON.parse(text)).success).length;
}
