import { failureType } from '../../../schemas/failures.ts';
import { refusedStatus, translateGitHub } from '../../lib/github/translate.ts';

/** What the work answers, or undefined where GitHub refuses it with one of the statuses. A limit of its rate is no refusal, whatever its status. */
export async function unlessRefused<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const told = translateGitHub(error);
    if (failureType(told) === 'ServiceRefused' && statuses.includes(refusedStatus(told) ?? 0)) return undefined;
    throw told;
  }
}
