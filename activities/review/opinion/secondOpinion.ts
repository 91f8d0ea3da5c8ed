import { tmpdir } from 'node:os';
import { failureMessage, failureType } from '../../../schemas/failures.ts';
import { plainLine, plainLines } from '../../../schemas/plainText.ts';
import type { ReviewComment } from '../../../schemas/review.ts';
import type { Model } from '../../lib/model/model.ts';
import { createSecretFinder } from '../../lib/secrets.ts';
import type { Change } from '../change.ts';
import { isGenerated } from '../../lib/languages.ts';
import { Opinion, questionAbout, shownCharacters } from './question.ts';
import type { Patch } from './readPatch.ts';

export type OpinionOrder = {
  model: Model;
  title?: string;
  /** True while a model that is away should be waited for: then its failure is the caller's. */
  patient: boolean;
  readPatch(files: Change['files'], most: number): Promise<Patch[]>;
};

const mostComments = 20;
const longestMessage = 1500;

/** What a model says about the change: comments that warn at most. Why there are none where it could not be asked is a notice, never a failure. */
export async function secondOpinion(
  change: Change,
  { model, title, patient, readPatch }: OpinionOrder,
): Promise<{ model?: string; comments: ReviewComment[] }> {
  const files = change.files.filter(({ path, binary, lines }) => !binary && lines.length > 0 && !isGenerated(path));
  if (files.length === 0) return { comments: [] };
  const find = await createSecretFinder({ scratch: tmpdir() });
  // Twice as much as is shown: secrets are looked for before anything is cut off.
  const patches = await readPatch(files, 2 * shownCharacters);
  const { cut, ...question } = await questionAbout(change, { title, patches, find });
  if (cut) change.notice(`the model was shown the first ${shownCharacters} characters of the change`);
  try {
    const { object } = await model.ask({ ...question, schema: Opinion, signal: change.signal });
    return { model: model.name, comments: object.comments.slice(0, mostComments).map((comment) => heard(comment, change.files)) };
  } catch (error) {
    change.signal.throwIfAborted();
    const type = failureType(error);
    if (type === undefined || (type === 'ServiceUnavailable' && patient)) throw error;
    change.notice(`no second opinion: ${plainLine(failureMessage(error), 500)}`);
    return { comments: [] };
  }
}

/** A model's comment with a place only where the change has one, and never more than a warning. */
function heard({ path, line, severity, message }: Opinion['comments'][number], files: Change['files']): ReviewComment {
  const file = files.find((file) => file.path === path && file.status !== 'deleted');
  const onLine = file?.lines.some((added) => added.line === line) ? line : null;
  return {
    rule: 'second_opinion',
    severity: severity === 'note' ? 'note' : 'warn',
    message: plainLines(message).trim().slice(0, longestMessage),
    ...(file !== undefined && { path: file.path }),
    ...(onLine !== null && { line: onLine }),
    by: 'model',
  };
}
