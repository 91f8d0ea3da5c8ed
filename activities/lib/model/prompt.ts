import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { failure } from '../../../schemas/failures.ts';
import { type Data, fence } from './fence.ts';

/** The questions that agents ask, each a file in `prompts`, with the names of what is filled in. */
export const prompts = {
  plan: ['request', 'map'],
  replan: ['request', 'tasks', 'task', 'instruction', 'map'],
  contract: ['task', 'earlier', 'instruction', 'map', 'files'],
  tests: ['task', 'contract', 'skeletons', 'instruction', 'runner', 'map', 'files'],
  code: ['brief', 'before'],
  debug: ['brief', 'before'],
} as const satisfies Record<string, readonly string[]>;
export type PromptName = keyof typeof prompts;

/** What goes into a prompt: our own words as they stand, what others wrote as data. */
export type Values<Name extends PromptName> = Record<(typeof prompts)[Name][number], string | Data>;

export type Rendered = { system: string; user: string; hash: string };

/** The prompt with everything filled in; `hash` is the SHA-256 of its file before that, hex. Above `---` stands what goes for every question of its kind. */
export async function renderPrompt<Name extends PromptName>(name: Name, values: Values<Name>): Promise<Rendered> {
  const text = await readPrompt(name);
  const [system = '', user = ''] = text.split(/^---$/m);
  return { system: system.trim(), user: fill(user.trim(), values), hash: createHash('sha256').update(text).digest('hex') };
}

/** The text of a prompt's file. */
export async function readPrompt(name: PromptName): Promise<string> {
  return await readFile(new URL(`../prompts/${name}.md`, import.meta.url), 'utf8');
}

/** All places are filled in one go, so that nothing that was filled in is taken for a place. */
function fill(text: string, values: Readonly<Record<string, string | Data>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined)
      throw failure('InvalidInput', `the prompt has a place {{${name}}} that nothing fills: name it in activities/lib/model/prompt.ts`);
    return typeof value === 'string' ? value : fence(value);
  });
}
