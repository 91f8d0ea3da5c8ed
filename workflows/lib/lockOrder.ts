import { CancellationScope } from '@temporalio/workflow';
import { failure } from '../../schemas/failures.ts';

/** What the calls around this one hold: the scopes in which it runs say which they are. */
export function heldAround(held: WeakMap<CancellationScope, readonly string[]>): string[] {
  const names: string[] = [];
  for (let scope: CancellationScope | undefined = CancellationScope.current(); scope; scope = scope.parent)
    names.push(...(held.get(scope) ?? []));
  return names;
}

/** `LockOrderViolated` unless every wanted name sorts after all that is held around. */
export function refuseDisorder(wanted: readonly string[], around: readonly string[]): void {
  const highest = around.toSorted().at(-1);
  const low = wanted.find((resource) => highest !== undefined && resource <= highest);
  if (low === undefined) return;
  const message = `${low} does not sort after ${highest}, which is held: two runs that take locks in different order wait for each other for ever`;
  throw failure('LockOrderViolated', `${message}; take both in one call`, { wanted: low, held: around });
}
