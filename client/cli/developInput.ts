import { resolve } from 'node:path';
import { parseTodoList } from '../../repository/developFile.ts';
import type { BuildFeatureInput } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import type { codingPrograms } from '../../schemas/mind.ts';
import type { Cli } from './context.ts';
import { given } from './given.ts';
import type { Limits } from './limits.ts';
import { personName } from './person.ts';
import { readText } from './readText.ts';

export type DevelopOptions = {
  repo?: string;
  ref?: string;
  autonomy?: BuildFeatureInput['autonomy'];
  mind?: BuildFeatureInput['mind'];
  program?: (typeof codingPrograms)[number];
  budget?: Limits;
  planOnly?: boolean;
  todo?: string;
  plan?: string;
  isolation?: string;
  trust?: boolean;
  yes?: boolean;
  detach?: boolean;
  json?: boolean;
  set?: Record<string, unknown>;
};

/** What a plan is asked with; `InvalidInput` when nothing says what to build. */
export async function planInput(cli: Cli, words: readonly string[], options: DevelopOptions): Promise<BuildFeatureInput> {
  const { repo: repository, ref, program, mind = program === undefined ? undefined : ('program' as const), trust, todo } = options;
  const todoList = todo === undefined ? undefined : parseTodoList(await readText(resolve(cli.cwd, todo), todo), { path: todo });
  const request = (await wordsOf(cli, words)) ?? todoList?.request;
  if (request === undefined) {
    throw failure(
      'InvalidInput',
      'say what to build: mainstay run develop "…" (- reads standard input), or name a plan with --todo FILE or --plan ID',
    );
  }
  const known = given({ repository, ref, mind, program, trusted: trust, todoList });
  return { ...options.set, ...known, request, requestedBy: personName(cli.env) };
}

/** What a build is told besides: how free and how expensive it may be. */
export function buildInput(cli: Cli, { set, autonomy, budget, isolation, trust, yes }: DevelopOptions): Partial<BuildFeatureInput> {
  const person = personName(cli.env);
  return { ...set, ...given({ autonomy, budget, isolation, trusted: trust, approvedBy: yes ? person : undefined }), requestedBy: person };
}

async function wordsOf(cli: Cli, words: readonly string[]): Promise<string | undefined> {
  if (words.length === 0) return undefined;
  return words.length === 1 && words[0] === '-' ? await cli.input() : words.join(' ');
}
