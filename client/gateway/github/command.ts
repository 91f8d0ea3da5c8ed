import { type Command, commandVerbs } from '../../../schemas/github.ts';

/** What a comment's first line asks for: a command, nothing (`undefined`), or something that is no command of ours. */
export type ReadCommand = { command: Command } | { problem: string } | undefined;

const longestComment = 500;

/**
 * Reads `/mainstay <verb> [argument]` from a comment's first line: `approve [text]`, `reject [text]`, `rerun [STAGE]`, `deploy ENV`, `cancel`,
 * `status`. Verbs are lower-case and stand one space or more after the word; a stage or environment is one word. Anything else behind
 * `/mainstay` is a problem: it is counted and ignored, so that prose about a command never runs it.
 */
export function readCommand(body: string): ReadCommand {
  const line = (/^[^\r\n]*/.exec(body)?.[0] ?? '').trimEnd();
  const match = /^\/mainstay(?:[ \t]+(\S+)(?:[ \t]+(.*))?)?$/.exec(line);
  if (!match) return undefined;
  const verb = commandVerbs.find((known) => known === match[1]);
  if (!verb) return { problem: `${match[1] ?? 'nothing'} is not a command` };
  const rest = match[2] || undefined;
  switch (verb) {
    case 'approve':
    case 'reject':
      return { command: { verb, argument: rest?.slice(0, longestComment) } };
    case 'rerun':
      return rest === undefined || isName(rest) ? { command: { verb, argument: rest } } : { problem: 'rerun takes one stage' };
    case 'deploy':
      return rest !== undefined && isName(rest) ? { command: { verb, argument: rest } } : { problem: 'deploy takes one environment' };
    case 'cancel':
    case 'status':
      return rest === undefined ? { command: { verb } } : { problem: `${verb} takes no argument` };
  }
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/.test(text);
}
