import { userInfo } from 'node:os';
import type { Env } from './terminal.ts';

/** Who types: `MAINSTAY_USER`, else the account's name. It stands beside decisions in the record. */
export function personName(env: Env): string {
  return env.MAINSTAY_USER || accountName() || 'somebody';
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in the password file, as containers have them.
    return '';
  }
}
