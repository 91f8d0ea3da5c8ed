import type { Proof } from '../../schemas/debugFailure.ts';
import { failure } from '../../schemas/failures.ts';
import type { Change } from '../../schemas/mind.ts';
import { type BuildContext, siteOf } from './buildContext.ts';
import { timeFor } from './buildWork.ts';
import { developAgents, proofTime } from './developAgents.ts';

/** The proof of a task's change, measured from `base`; stands in the record. */
export async function prove(context: BuildContext, id: string, base: Change): Promise<Proof> {
  const { book, request } = context;
  const { change, tests } = book.record(id);
  if (!change || !tests) throw failure('InvalidInput', `${id} has nothing to prove yet`);
  const { testTimeout } = request;
  const { tester } = developAgents(request, proofTime(testTimeout, 1));
  const order = { site: siteOf(context, id), base, change, tests: [tests], testTimeout, times: 1, allowed: [] };
  const proof = await timeFor(context, id, () => tester.proveChange(order));
  book.change(id, { proof });
  return proof;
}
