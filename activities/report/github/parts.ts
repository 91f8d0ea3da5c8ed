import { failure, failureMessage, failureType } from '../../../schemas/failures.ts';
import { asking } from '../../lib/github/translate.ts';

/**
 * Does the parts one after the other, as GitHub asks of writers. What GitHub refuses of one (a permission that is missing, a locked
 * conversation) keeps the others from nothing and is told at the end; when it is away or asks to wait, the rest waits too.
 */
export async function eachPart(parts: readonly (() => Promise<void>)[]): Promise<void> {
  const refused: unknown[] = [];
  for (const part of parts) {
    try {
      await asking(part);
    } catch (error) {
      if (failureType(error) !== 'ServiceRefused') throw error;
      refused.push(error);
    }
  }
  if (refused.length === 1) throw refused[0];
  if (refused.length > 1) throw failure('ServiceRefused', [...new Set(refused.map(failureMessage))].join('; and ').slice(0, 4000));
}
