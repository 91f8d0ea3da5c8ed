import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import { bodyOf } from './body.ts';
import type { Letter } from './letters.ts';
import { greetingFailure, mailFailure } from './refused.ts';

// A server that does not answer holds an attempt this long, and no longer.
const timeoutMs = 15_000;

/** Hands letters to an SMTP server, one by one; errors are failures of the catalogue. */
export function createPostOffice({ url, from }: { url: string; from: string }) {
  const { hostname, username } = new URL(url);
  const isHere = /^(127\.|localhost$|\[::1\]$)/.test(hostname);
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A password goes over an open line only where the URL says so (`?requireTLS=false`).
    requireTLS: username !== '' && !isHere,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';

  return {
    /** Greets the server, and logs in where the URL has credentials; sends nothing. */
    async greet(): Promise<void> {
      try {
        await transport.verify();
      } catch (error) {
        throw greetingFailure(error);
      } finally {
        transport.close();
      }
    },

    /** The same letter always has the same Message-ID, by which mail programs know it again. */
    async send({ to, subject, parts, key }: Letter, news: Pick<RunNews, 'key' | 'updatedAt'>): Promise<void> {
      // An address is one address: a list, a name or a line break in it is none.
      if (!z.email().safeParse(to).success) {
        const shown = plainLine(to, 100);
        throw failure('ServiceRefused', `${shown} is no e-mail address: correct notify.email or people in project.yml`);
      }
      const run = createHash('sha256').update(news.key).digest('hex').slice(0, 32);
      const letter = {
        from,
        to: { name: '', address: to },
        subject,
        ...bodyOf(parts),
        messageId: `<${key}@${host}>`,
        // Shows the mails of one run as one conversation.
        references: `<run-${run}@${host}>`,
        date: new Date(news.updatedAt),
        headers: { 'Auto-Submitted': 'auto-generated' },
      };
      try {
        await transport.sendMail(letter);
      } catch (error) {
        throw mailFailure(error, to);
      }
    },
  };
}
