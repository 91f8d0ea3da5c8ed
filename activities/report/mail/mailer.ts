import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Announcer } from '../../contracts.ts';
import { whileHeartbeating } from '../../lib/heartbeats.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { logEnds } from '../logEnds.ts';
import { createTurns } from '../turns.ts';
import { lettersOf } from './letters.ts';
import { createPostOffice } from './postOffice.ts';
import { isServerAway } from './refused.ts';
import { createSentKeys, detailsOf, keysOfEarlierAttempt } from './sentKeys.ts';

export type MailerParts = {
  mail?: { url: string; from: string };
  /** Addresses of pages for people. */
  links: { run(workflowId: string, runId: string): string | undefined };
  /** Where logs are kept; without it a failed stage is shown without the end of its log. */
  store?: Pick<ArtifactStore, 'get'>;
};
type MailOrder = Parameters<Announcer['sendMail']>[0];

/**
 * Sends the mails that are due, each once as far as SMTP allows: a server cannot be asked what it took. What was sent is kept in the heartbeat for
 * the next attempt, here for the next call, and answered (what is new) for the run to keep. A worker that is killed between the server's 250 and the heartbeat
 * after it sends that one mail again, with the same Message-ID. A failure carries what was sent, too.
 */
export function createMailer({ mail, links, store }: MailerParts) {
  const office = mail && createPostOffice(mail);
  const inTurn = createTurns();
  const sentHere = createSentKeys();
  const said = { unconfigured: false };

  async function sendDue(news: MailOrder, signal: AbortSignal, keep: (sent: ReadonlySet<string>) => void): Promise<{ sent: string[] }> {
    const sent = new Set([...(news.mailed ?? []), ...keysOfEarlierAttempt()]);
    const ends = store ? await logEnds(store, news.stages) : {};
    const due = lettersOf(news, { logEnds: ends, link: links.run(news.workflowId, news.runId) });
    if (due.length > 0 && !office) sayUnconfigured();

    const problems: ApplicationFailure[] = [];
    for (const letter of office ? due : []) {
      if (sent.has(letter.key) || problems.some(isServerAway)) continue;
      signal.throwIfAborted();
      try {
        if (!sentHere.has(letter.key)) await office?.send(letter, news);
      } catch (error) {
        // One that is refused holds up no other.
        if (!(error instanceof ApplicationFailure)) throw error;
        problems.push(error);
        continue;
      }
      sentHere.add(letter.key);
      sent.add(letter.key);
      keep(sent);
    }
    // What may still go out is tried again before anybody hears of what is refused for good.
    const problem = problems.find(({ nonRetryable }) => !nonRetryable) ?? problems[0];
    const told = { sent: [...sent].filter((key) => !news.mailed?.includes(key)) };
    if (problem) throw withDetails(problem, told);
    return told;
  }

  function sayUnconfigured(): void {
    if (!said.unconfigured) Context.current().log.warn('mails are due and none is sent: set MAINSTAY_SMTP_URL (docs/slack.md)');
    said.unconfigured = true;
  }

  return {
    sendMail: async (news) => {
      const about = detailsOf(new Set(keysOfEarlierAttempt()));
      const keep = (sent: ReadonlySet<string>) => Context.current().heartbeat(Object.assign(about, detailsOf(sent)));
      return await whileHeartbeating((signal) => inTurn(news.key, () => sendDue(news, signal, keep)), about);
    },
  } satisfies Pick<Announcer, 'sendMail'>;
}

function withDetails({ type, message, nonRetryable }: ApplicationFailure, details: object): ApplicationFailure {
  return ApplicationFailure.create({ type: type ?? undefined, message: message, nonRetryable: nonRetryable ?? false, details: [details] });
}
