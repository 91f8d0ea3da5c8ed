import type { Contract } from '../../schemas/contract.ts';
import { callApart } from '../lib/tests/apart.ts';
import { type Compared, compareContract } from './compareContract.ts';
import { isMeaningful } from './meaningful.ts';

export type CodeQuestion = {
  contract: Pick<Contract, 'interfaces'>;
  /** Text of the modules that the contract names. */
  texts: ReadonlyMap<string, string>;
  /** What differs from an earlier attempt; absent: there was none. */
  since?: readonly { path: string; before?: string; after?: string }[];
};
export type CodeFacts = Compared & { meaningful?: boolean };

/** Pure: what the code's text says about a failure. */
export function readCode({ contract, texts, since }: CodeQuestion): CodeFacts {
  const compared = compareContract(contract, texts);
  return since === undefined
    ? compared
    : { ...compared, meaningful: since.some(({ path, before, after }) => isMeaningful(path, before, after)) };
}

/** The same in a process of its own. Source that breaks its reader tells nothing. */
export async function readCodeApart(question: CodeQuestion, signal?: AbortSignal): Promise<CodeFacts> {
  const facts = await callApart<CodeFacts>({ module: new URL(import.meta.url), name: readCode.name }, question, signal);
  return facts ?? { mismatches: [], missing: [] };
}
