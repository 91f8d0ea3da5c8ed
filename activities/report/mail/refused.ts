import type { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';

type SmtpError = { code?: unknown; responseCode?: unknown; message?: unknown };

/** What a mail server or the way there refused, in the catalogue's words. https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 */
export function mailFailure(error: unknown, to: string): ApplicationFailure {
  const { reason, reply, login } = refusalIn(error);
  if (login) return login;
  if (reply !== undefined && reply >= 500) {
    return failure('ServiceRefused', `the mail server refused the mail to ${to}: correct the address, or MAINSTAY_MAIL_FROM (${reason})`);
  }
  return failure('ServiceUnavailable', `the mail to ${to} was not taken: ${reason}; Temporal tries again`, { server: reply === undefined });
}

/** The same, where there was no mail yet. */
export function greetingFailure(error: unknown): ApplicationFailure {
  const { reason, login } = refusalIn(error);
  return login ?? failure('ServiceUnavailable', `the mail server does not take our greeting: ${reason}; check MAINSTAY_SMTP_URL`);
}

function refusalIn(error: unknown): { reason: string; reply?: number; login?: ApplicationFailure } {
  const { code, responseCode, message } = error as SmtpError;
  const reason = plainLine(String(message), 300);
  const reply = typeof responseCode === 'number' ? responseCode : undefined;
  const refused = code === 'EAUTH' && (reply === undefined || reply >= 500);
  const text = `the mail server refused the credentials: correct MAINSTAY_SMTP_URL (${reason})`;
  return { reason, reply, login: refused ? failure('ServiceRefused', text) : undefined };
}

/** True when the server itself is away, so that no other mail would fare better. */
export function isServerAway(error: ApplicationFailure): boolean {
  const [details] = error.details ?? [];
  return (details as { server?: boolean } | undefined)?.server === true;
}
