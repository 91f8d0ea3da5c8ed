import type { LockHolder, LockRecord, LockView } from '../../schemas/locks.ts';

/** `locked by run-pipeline/acme/shop/9f3c2e1 since 2026-05-04T10:00:00.000Z (deploy)`, every holder named. */
export function lockedBy(holders: readonly { holder: LockHolder; since: string; purpose?: string }[]): string {
  if (holders.length === 0) return 'others wait for it';
  const named = holders.map(({ holder, since, purpose }) => `${holderName(holder)} since ${since}${purpose ? ` (${purpose})` : ''}`);
  return `locked by ${named.slice(0, 3).join(', ')}${named.length > 3 ? ` and ${named.length - 3} more` : ''}`;
}

/** The name under which people know a holder. */
export function holderName(holder: LockHolder): string {
  return holder.kind === 'run' ? holder.workflowId : holder.name;
}

/** A lock's record as others see it. */
export function lockView(resource: string, { holders, waiters, events, grants, token }: LockRecord): LockView {
  return {
    resource,
    holders: holders.map(({ id, holder, mode, purpose, token, since, leaseEndsAt }) => ({
      id,
      holder,
      mode,
      purpose,
      token,
      since,
      leaseEndsAt,
    })),
    waiters: waiters.map(({ id, holder, mode, priority, purpose, since, deadline }) => ({
      id,
      holder,
      mode,
      priority,
      purpose,
      since,
      deadline,
    })),
    events: [...events],
    grants,
    token,
  };
}

/** One line for people: who holds, how many wait. */
export function lockLine({ holders, waiters }: Pick<LockView, 'holders' | 'waiters'>): string {
  if (holders.length === 0) return 'free';
  return `${lockedBy(holders)}${waiters.length > 0 ? `; ${waiters.length} wait` : ''}`;
}
