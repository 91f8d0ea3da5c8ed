import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createMailer } from '../../../../activities/report/mail/mailer.ts';
import type { RunNews } from '../../../../schemas/runNews.ts';
import { failureType } from '../../../../schemas/failures.ts';
import { approvalRequest } from '../../../support/approvals.ts';
import { expectFailure } from '../../../support/failures.ts';
import { loggerInto } from '../../../support/loggers.ts';
import { type MailFault, type Mailbox, startMailbox } from '../../../support/mailbox.ts';
import { runNews, stageRecord } from '../../../support/news.ts';

const from = 'Mainstay <mainstay@acme.test>';
const links = { run: () => 'https://mainstay.test/runs/1?a=1&b=2' };
const team = { email: ['team@acme.test', 'ops@acme.test'] };
const failed = stageRecord('test', { status: 'failed', reason: '2 tests failed' });

const open: Mailbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((mailbox) => mailbox.close()));
});

async function mailbox(options?: Parameters<typeof startMailbox>[0]): Promise<Mailbox> {
  const started = await startMailbox(options);
  open.push(started);
  return started;
}

/** One attempt of the activity; what it kept in its last heartbeat is `kept`. */
async function attempt(mailer: ReturnType<typeof createMailer>, news: RunNews & { mailed?: string[] }, heartbeatDetails?: unknown) {
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger: loggerInto([]) });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  try {
    const { sent }: { sent: string[] } = await environment.run(mailer.sendMail, news);
    return { sent, kept: beats.at(-1) };
  } catch (error) {
    return { sent: [], error, kept: beats.at(-1) };
  }
}

describe('a mail is due', () => {
  const member = { name: 'ada', email: 'ada@acme.test' };
  const lead = { name: 'linus', email: 'linus@acme.test' };
  const steps = [{ role: 'platform', members: [member, { name: 'grace' }], quorum: 1, escalateTo: { role: 'leads', members: [lead] } }];
  const vote = { step: 0, by: 'ada', account: 'slack:U0ADA', verdict: 'approve' as const, at: '2026-01-01T00:00:00Z' };
  const release = { environment: 'production', target: 'process' as const, key: 'k', digest: 'sha256:1' };

  it.each<[string, Parameters<typeof runNews>[0], string[]]>([
    ['when a run failed', { status: 'failed', stages: [failed] }, ['failed', 'failed']],
    [
      'when a release was taken back, in place of the failure',
      { status: 'failed', stages: [stageRecord('deploy', { status: 'failed', release })] },
      ['production rolled back', 'production rolled back'],
    ],
    ['when a run went well and the project asks for it', { status: 'passed', notifyOnSuccess: true }, ['passed', 'passed']],
    ['not when it went well otherwise', { status: 'passed' }, []],
    ['not while a stage has failed and the run goes on', { status: 'running', stages: [failed] }, []],
    ['not when nobody is named', { status: 'failed', notify: {} }, []],
    ['to those who are asked', { awaiting: [approvalRequest({ steps })] }, ['waits for your decision: deploy acme/shop to staging']],
    [
      'on a reminder',
      { awaiting: [approvalRequest({ steps, reminders: 2 })] },
      ['still waits for your decision: deploy acme/shop to staging'],
    ],
    ['not to those who have agreed', { awaiting: [approvalRequest({ steps, votes: [vote] })] }, []],
    [
      'to those who are asked in place of others',
      { awaiting: [approvalRequest({ steps, escalated: true })] },
      ['waits for your decision: deploy acme/shop to staging'],
    ],
  ])('%s', async (_when, change, subjects) => {
    const box = await mailbox();
    await attempt(createMailer({ mail: { url: box.url, from }, links }), runNews({ notify: team, ...change }));
    expect(
      box.mails.map(({ subject }) => subject?.replace('[Mainstay] acme/shop at aaaaaaaaaaaa (main): ', '').replace('release on ', '')),
    ).toEqual(subjects);
    if (change?.awaiting && subjects.length > 0)
      expect(box.recipients()).toEqual([change.awaiting[0]?.escalated ? lead.email : member.email]);
  });
});

describe('each mail is sent once', () => {
  const news = runNews({ status: 'failed', stages: [failed], notify: { email: ['a@acme.test', 'b@acme.test', 'c@acme.test'] } });

  it('by an attempt that goes on where the last one stood', async () => {
    const faults: MailFault[] = [{ code: 451 }];
    const box = await mailbox({ fault: (to) => (to === 'b@acme.test' ? faults.shift() : undefined) });
    const mailer = () => createMailer({ mail: { url: box.url, from }, links });
    const first = await attempt(mailer(), news);
    expect(failureType(first.error)).toBe('ServiceUnavailable');
    const second = await attempt(mailer(), news, first.kept);
    expect(box.recipients()).toEqual(['a@acme.test', 'c@acme.test', 'b@acme.test']);
    expect(second.sent).toHaveLength(3);
    // The run keeps them, and is told only what is new.
    expect(await attempt(mailer(), { ...news, revision: 2, mailed: second.sent })).toMatchObject({ sent: [] });
    expect(box.mails).toHaveLength(3);
  });

  it('by later calls of the same worker, even when the run does not say what was sent', async () => {
    const box = await mailbox();
    const mailer = createMailer({ mail: { url: box.url, from }, links });
    await Promise.all([attempt(mailer, news), attempt(mailer, { ...news, revision: 2 })]);
    expect(box.mails).toHaveLength(3);
  });

  it('but for one whose acknowledgement was lost: it comes twice with the same Message-ID', async () => {
    const faults: MailFault[] = [{ cut: true }];
    const box = await mailbox({ fault: (to) => (to === 'taken:b@acme.test' ? faults.shift() : undefined) });
    const mailer = () => createMailer({ mail: { url: box.url, from }, links });
    const first = await attempt(mailer(), news);
    expect(failureType(first.error)).toBe('ServiceUnavailable');
    await attempt(mailer(), news, first.kept);
    expect(box.recipients()).toEqual(['a@acme.test', 'b@acme.test', 'b@acme.test', 'c@acme.test']);
    const ids = box.mails.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(3);
    expect(ids[1]).toMatch(/^<[0-9a-f]{32}@acme\.test>$/);
  });
});

describe('what a server refuses', () => {
  const news = runNews({ status: 'failed', notify: { email: ['bad@acme.test', 'good@acme.test'] } });

  it.each([
    [550, 'ServiceRefused', 'correct the address'],
    [451, 'ServiceUnavailable', 'Temporal tries again'],
  ] as const)('with %i holds up no other mail and is %s', async (code, type, text) => {
    const box = await mailbox({ fault: (to) => (to === 'bad@acme.test' ? { code } : undefined) });
    const { error } = await attempt(createMailer({ mail: { url: box.url, from }, links }), news);
    await expectFailure(Promise.reject(error), type, text);
    expect(box.recipients()).toEqual(['good@acme.test']);
  });

  it('a wrong password is told as such, a right one is taken', async () => {
    const login = { user: 'mainstay@acme.test', pass: 'p@ss/w:rd' };
    const box = await mailbox({ login });
    const wrong = createMailer({ mail: { url: box.urlAs({ ...login, pass: 'wrong' }), from }, links });
    await expectFailure(Promise.reject((await attempt(wrong, news)).error), 'ServiceRefused', 'MAINSTAY_SMTP_URL');
    await attempt(createMailer({ mail: { url: box.urlAs(login), from }, links }), news);
    expect(box.mails).toHaveLength(2);
  });

  it('a server that is away is asked once per attempt', async () => {
    const box = await startMailbox();
    await box.close();
    const { error } = await attempt(createMailer({ mail: { url: box.url, from }, links }), news);
    await expectFailure(Promise.reject(error), 'ServiceUnavailable', 'bad@acme.test');
  });

  it('without a server nothing is sent and nothing fails', async () => {
    expect(await attempt(createMailer({ links }), news)).toMatchObject({ sent: [] });
  });
});

describe('text of a repository', () => {
  const hostile =
    'x\r\nBcc: victim@evil.test\r\n\r\n<script>alert(1)</script> <img src=x> https://evil.test www.evil.test \u202E\u001b[31m';

  it('cannot write headers, markup or links', async () => {
    const box = await mailbox();
    const request = approvalRequest({
      title: hostile,
      effects: [hostile],
      steps: [{ role: hostile, members: [{ name: hostile, email: 'ada@acme.test' }], quorum: 1 }],
    });
    const stages = [stageRecord('test', { status: 'failed', reason: hostile })];
    const news = {
      ...runNews({ status: 'failed', stages, notify: team, awaiting: [request] }),
      source: { ...runNews().source, branch: hostile, slug: hostile },
    };
    await attempt(createMailer({ mail: { url: box.url, from }, links }), news);
    expect(box.mails).toHaveLength(3);
    for (const { raw, subject, html, text, bcc, headers } of box.mails) {
      expect(bcc ?? []).toEqual([]);
      expect(headers.map(({ key }) => key)).not.toContain('bcc');
      expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc/im);
      expect(subject?.length).toBeLessThanOrEqual(200);
      expect(subject).not.toMatch(/[\r\n]/);
      expect(html?.match(/<(?!\/?(?:p|pre)>|a href="https:\/\/mainstay\.test\/runs\/1\?a=1&#38;b=2">|\/a>)[^>]*>/g)).toBeNull();
      expect(`${html}${text}`).not.toMatch(/:\/\/evil|www\.evil|(?![\r\n])\p{Cc}|\u202E/u);
    }
  });

  it.each(['a@acme.test, victim@evil.test', 'a@acme.test\r\nBcc: victim@evil.test', '"Team" <a@acme.test>', ''])(
    'is no address: %j',
    async (address) => {
      const box = await mailbox();
      const mailer = createMailer({ mail: { url: box.url, from }, links });
      const { error } = await attempt(mailer, runNews({ status: 'failed', notify: { email: [address, 'good@acme.test'] } }));
      await expectFailure(Promise.reject(error), 'ServiceRefused', 'no e-mail address');
      expect(box.recipients()).toEqual(['good@acme.test']);
    },
  );

  it('of any size is sent', async () => {
    const box = await mailbox();
    const stages = [stageRecord('test', { status: 'failed', reason: '\ud83d'.repeat(100_000) })];
    await attempt(createMailer({ mail: { url: box.url, from }, links }), runNews({ status: 'failed', notify: team, stages }));
    expect(box.mails).toHaveLength(2);
  });
});
