import type { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';

type SmtpError = { code?: unknown; responseCode?: unknown; message?: unknown };

/** What a mail server or the way there refused, in the catalogue's words. https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 */
export function mailFailure(error: unknown, to: string): ApplicationFailure {
  const { code, responseCode, message } = error as SmtpError;
  const reason = plainLine(String(message), 300);
  const reply = typeof responseCode === 'number' ? responseCode : undefined;
  if (code === 'EAUTH' && (reply === undefined || reply >= 500)) {
    return failure('ServiceRefused', `the mail server refused the credentials: correct MAINSTAY_SMTP_URL (${reason})`);
  }
  if (reply !== undefined && reply >= 500) {
    return failure('ServiceRefused', `the mail server refused the mail to ${to}: correct the address, or MAINSTAY_MAIL_FROM (${reason})`);
  }
  return failure('ServiceUnavailable', `the mail to ${to} was not taken: ${reason}; Temporal tries again`, { server: reply === undefined });
}

/** True when the server itself is away, so that no other mail would fare better. */
export function isServerAway(error: ApplicationFailure): boolean {
  const [details] = error.details ?? [];
  return (details as { server?: boolean } | undefined)?.server === true;
}
