import type { SubmittedResult } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import type { BudgetGrant } from '../../schemas/mind.ts';

const longestWord = 300;

/** Why a message to a build is none, checked by hand: a schema would be evaluated for every run, of every flow. */
export function checkGrant(grant: BudgetGrant): void {
  const amounts = ['steps', 'tokens', 'usd', 'minutes'] as const;
  const wrong = amounts.find((name) => !isAmount(grant?.[name]));
  if (wrong) refuse(`${wrong}: expected a number from 0`);
  if (amounts.every((name) => (grant[name] ?? 0) === 0)) refuse('nothing is granted: name steps, tokens, usd or minutes');
  if (!isWord(grant.by)) refuse('by: say who grants it');
}

export function checkSubmission(given: SubmittedResult): void {
  const wrong = (['task_id', 'ref', 'by'] as const).find((name) => !isWord(given?.[name]));
  if (wrong) refuse(`${wrong}: expected 1 to ${longestWord} characters`);
}

export function checkReplan(given: { task_id: string; instruction: string }): void {
  if (!isWord(given?.task_id)) refuse('task_id: name a task');
  const { instruction } = given;
  if (typeof instruction !== 'string' || instruction.trim() === '' || instruction.length > 10_000)
    refuse('instruction: say in 1 to 10,000 characters what should be different');
}

function isAmount(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longestWord;
}

function refuse(message: string): never {
  throw failure('DecisionRefused', message);
}
