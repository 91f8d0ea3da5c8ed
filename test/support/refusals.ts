import { failureMessage, failureType } from '../../schemas/failures.ts';

/** What a call refuses with: `InvalidConfiguration: message`; `accepted` when it returns. */
export function refusalOf(call: () => unknown): string {
  try {
    call();
    return 'accepted';
  } catch (error) {
    return `${failureType(error) ?? 'untyped'}: ${failureMessage(error)}`;
  }
}
