import { createPostOffice } from '../../../activities/report/mail/postOffice.ts';
import type { MailSettings } from '../../../config/services.ts';
import { absent, answering } from './answering.ts';
import type { Part } from './part.ts';

const service = {
  name: 'mail server',
  costs: 'nobody is told by e-mail',
  fix: 'set MAINSTAY_SMTP_URL (docs/slack.md)',
};

/** The mail server: does it greet, and take our login? Nothing is sent. */
export async function lookAtMail(settings: MailSettings | undefined): Promise<Part> {
  if (settings === undefined) return absent(service);
  const { host, username, password } = new URL(settings.url);
  const ask = async () => {
    await createPostOffice(settings).greet();
    return `${host}${username === '' ? '' : ', logged in'}`;
  };
  return await answering(service, { ask, secrets: [password, decoded(password)] });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
