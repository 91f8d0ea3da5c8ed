import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackAnnouncer } from '../../../../activities/report/slack/announcer.ts';
import { failureType } from '../../../../schemas/failures.ts';
import { approvalRequest } from '../../../support/approvals.ts';
import { expectFailure } from '../../../support/failures.ts';
import { loggerInto } from '../../../support/loggers.ts';
import { runNews, stageRecord } from '../../../support/news.ts';
import { createRandom } from '../../../support/random.ts';
import { buttonsOf } from '../../../support/slack/click.ts';
import { botToken, type EmulatedSlack, type Fault, startSlack } from '../../../support/slack/slack.ts';

const links = { run: (workflowId: string) => `https://mainstay.test/runs/${encodeURIComponent(workflowId)}` };
const ada = { name: 'ada', slack: 'U0ADA' };
const step = { role: 'platform', members: [ada, { name: 'grace' }], quorum: 1 };
const failed = stageRecord('test', { status: 'failed', reason: '2 tests failed', startedAt: '2026-01-01T00:00:00.000Z' });

let slack: EmulatedSlack;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => await slack.close());

function announcer(token = botToken) {
  return createSlackAnnouncer({ slack: { token, api: slack.api }, links });
}

async function textsOf(ts: string): Promise<string[]> {
  return (await slack.replies(ts)).map(({ text }) => text);
}

async function only() {
  const messages = await slack.messages();
  expect(messages).toHaveLength(1);
  return messages[0] ?? expect.fail('no message');
}

describe('the one message of a run', () => {
  it('says nothing of a run that goes well, unless the project asks for it', async () => {
    const { showInSlack } = announcer();
    await showInSlack(runNews({ status: 'passed', stages: [stageRecord('lint')] }));
    expect(await slack.messages()).toEqual([]);
    await showInSlack(runNews({ status: 'passed', stages: [stageRecord('lint')], notifyOnSuccess: true }));
    expect((await only()).text).toContain('acme/shop at aaaaaaaaaaaa (main): passed');
  });

  it('is changed in place as the run goes on, and tells the end of a run that it has told of', async () => {
    const { showInSlack } = announcer();
    await showInSlack(runNews({ revision: 1, awaiting: [approvalRequest()] }));
    expect(buttonsOf(await slack.messages()).map(({ text }) => text.text)).toEqual(['Approve', 'Reject']);
    await showInSlack(runNews({ revision: 2, status: 'passed' }));
    expect((await only()).text).toContain('passed');
    expect(buttonsOf(await slack.messages())).toEqual([]);
  });

  it('is found again by another worker, and left alone when it shows the state already', async () => {
    const news = runNews({ stages: [failed] });
    await announcer().showInSlack(news);
    await announcer().showInSlack(news);
    await only();
    expect(slack.calls.filter(({ method }) => method === 'chat.update')).toEqual([]);
    expect(await textsOf((await only()).ts)).toEqual(['test failed: 2 tests failed']);
  });

  it('is never changed by an older state, even one that came between', async () => {
    const { showInSlack } = announcer();
    const waiting = { awaiting: [approvalRequest()] };
    await showInSlack(runNews({ ...waiting, revision: 5 }));
    await showInSlack(runNews({ ...waiting, revision: 9 }));
    await announcer().showInSlack(runNews({ revision: 7, status: 'failed' }));
    expect((await only()).text).toContain('waits for a decision');
  });

  it('is not taken for one of another app that copies its metadata', async () => {
    const news = runNews({ stages: [failed] });
    const metadata = JSON.stringify({ event_type: 'mainstay_run', event_payload: { key: news.key, revision: 99 } });
    await slack.postAs('xoxp-stranger', { text: 'forged', metadata });
    await announcer().showInSlack(news);
    expect((await slack.messages()).map(({ text }) => text)).toEqual([expect.stringContaining('running'), 'forged']);
  });

  it('is sent anew when somebody deleted it', async () => {
    const { showInSlack } = announcer();
    const news = runNews({ stages: [failed] });
    await showInSlack(news);
    await slack.remove((await only()).ts);
    await showInSlack(news);
    await only();
  });
});

describe('lost acknowledgements', () => {
  const outcome = { request: approvalRequest(), granted: true, by: 'ada', at: '2026-01-01T00:00:00Z', expired: false };
  const news = runNews({
    status: 'failed',
    stages: [failed, stageRecord('lint', { status: 'failed', reason: 'style' })],
    decisions: [outcome],
    awaiting: [approvalRequest({ id: 'deploy/2', steps: [step], reminders: 1 })],
    refusals: [{ at: '2026-01-01T00:00:00Z', by: 'slack:U0EVE', reason: 'not theirs' }],
  });

  it('never double anything: thirty, at random calls', async () => {
    const random = createRandom(7);
    const methods = ['chat.postMessage', 'chat.postMessage', 'chat.update', 'conversations.history', 'conversations.replies'];
    const kinds: Fault[] = [{ kind: 'cut' }, { kind: 'cut' }, { kind: 'status', status: 503 }, { kind: 'limit', retryAfter: 1 }];
    for (let round = 0; slack.lost() < 30; round++) {
      const method = methods[Math.floor(random() * methods.length)] ?? 'chat.postMessage';
      slack.misbehave(method, kinds[Math.floor(random() * kinds.length)] ?? { kind: 'cut' });
      // A new announcer each time: nothing but Slack itself may remember. A deleted message starts all anew.
      await announcer()
        .showInSlack({ ...news, revision: round })
        .catch((error: unknown) => expect(failureType(error)).toBe('ServiceUnavailable'));
      if (round % 20 === 19) for (const { ts } of await slack.messages()) await slack.remove(ts);
    }
    slack.calm();
    await announcer().showInSlack({ ...news, revision: 1000 });

    const replies = await slack.replies((await only()).ts);
    const parts = replies.map(({ metadata }) => String(metadata?.event_payload['part']));
    expect(parts.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'asked/deploy/2/0',
      'decided/deploy/1',
      'ended',
      'failed/lint/1',
      'failed/test/2026-01-01T00:00:00.000Z',
      'refused/2026-01-01T00:00:00Z/slack:U0EVE/',
      'reminder/1/deploy/2/0',
    ]);
  });

  it('of calls that overlap make one message', async () => {
    const { showInSlack } = announcer();
    await Promise.all([1, 2, 3].map((revision) => showInSlack({ ...news, revision })));
    expect(await slack.replies((await only()).ts)).toHaveLength(7);
  });
});

describe('refused decisions', () => {
  it('are told, but a flood of them is not', async () => {
    const at = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 1000).toISOString();
    const refusals = Array.from({ length: 60 }, (_, count) => ({ at: at(count), by: 'slack:U0EVE', reason: 'not theirs' }));
    // The run keeps the newest only, so that each call names others.
    for (const from of [0, 5, 20, 40]) {
      await announcer().showInSlack(runNews({ revision: from, stages: [failed], refusals: refusals.slice(from, from + 20) }));
    }
    const replies = await textsOf((await only()).ts);
    expect(replies.filter((text) => text.includes('not theirs'))).toHaveLength(10);
  });
});

describe('people', () => {
  it('are mentioned once when asked, reminded, and asked in place of others', async () => {
    const { showInSlack } = announcer();
    const escalateTo = { role: 'leads', members: [{ name: 'linus', slack: 'U0LINUS' }] };
    const asking = { steps: [{ ...step, escalateTo }] };
    for (const change of [{}, { reminders: 1 }, { reminders: 1 }, { reminders: 2 }, { escalated: true }, { escalated: true }]) {
      await showInSlack(runNews({ awaiting: [approvalRequest({ ...asking, ...change })] }));
    }
    const replies = await slack.replies((await only()).ts);
    expect(replies.map(({ blocks }) => JSON.stringify(blocks).match(/<[@!][^>]*>/g))).toEqual([
      ['<@U0ADA>'],
      ['<@U0ADA>'],
      ['<@U0ADA>'],
      ['<@U0LINUS>'],
    ]);
  });

  it('whom the rules name are mentioned when a run fails', async () => {
    const notify = { slack: { channel: '#general', mentions: ['grace', 'S0TEAM', 'nobody', '!channel', 'U0<@X>'] } };
    await announcer().showInSlack(runNews({ status: 'failed', notify, people: { grace: { slack: 'W0GRACE' } } }));
    const [ended] = await slack.replies((await only()).ts);
    expect(JSON.stringify(ended?.blocks).match(/<[@!][^>]*>/g)).toEqual(['<@W0GRACE>', '<!subteam^S0TEAM>']);
  });
});

describe('what Slack refuses', () => {
  const news = runNews({ stages: [failed] });

  it.each<[Fault, 'ServiceRefused' | 'ServiceUnavailable', string]>([
    [{ kind: 'error', error: 'invalid_auth' }, 'ServiceRefused', 'MAINSTAY_SLACK_TOKEN'],
    [{ kind: 'error', error: 'not_in_channel' }, 'ServiceRefused', '/invite'],
    [{ kind: 'error', error: 'is_archived' }, 'ServiceRefused', 'another channel'],
    [{ kind: 'error', error: 'some_new_error' }, 'ServiceRefused', 'some_new_error'],
    [{ kind: 'error', error: '<html>proxy' }, 'ServiceUnavailable', 'cannot be reached'],
    [{ kind: 'error', error: 'internal_error' }, 'ServiceUnavailable', 'asks to wait'],
    [{ kind: 'status', status: 404 }, 'ServiceRefused', 'MAINSTAY_SLACK_API'],
    [{ kind: 'status', status: 502 }, 'ServiceUnavailable', 'cannot be reached'],
    [{ kind: 'cut' }, 'ServiceUnavailable', 'cannot be reached'],
  ])('%o is %s', async (fault, type, text) => {
    slack.misbehave('chat.postMessage', fault);
    await expectFailure(announcer().showInSlack(news), type, text);
  });

  it('for a while is tried again when Slack says so', async () => {
    slack.misbehave('chat.postMessage', { kind: 'limit', retryAfter: 7 });
    const error: unknown = await announcer()
      .showInSlack(news)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect((error as ApplicationFailure).nextRetryDelay).toBe(7000);
  });

  it('names the missing scope, and a channel by id does without it', async () => {
    await expectFailure(announcer('xoxb-narrow').showInSlack(news), 'ServiceRefused', 'channels:read');
    await announcer('xoxb-narrow').showInSlack(runNews({ stages: [failed], notify: { slack: slack.channel } }));
    await only();
  });

  it('tells of a channel that is not there', async () => {
    await expectFailure(
      announcer().showInSlack(runNews({ stages: [failed], notify: { slack: '#nowhere' } })),
      'ServiceRefused',
      '#nowhere',
    );
  });
});

it('stops when the run does not want it any more', async () => {
  const environment = new MockActivityEnvironment({}, { logger: loggerInto([]) });
  environment.cancel();
  await expect(environment.run(announcer().showInSlack, runNews({ stages: [failed] }))).rejects.toThrow(/abort|cancel/i);
  expect(slack.calls.filter(({ method }) => method.startsWith('chat.'))).toEqual([]);
});

describe('without Slack', () => {
  it('does nothing, and says so once where a channel is named', async () => {
    const said: string[] = [];
    const { showInSlack } = createSlackAnnouncer({ links });
    const environment = new MockActivityEnvironment({}, { logger: loggerInto(said) });
    await environment.run(showInSlack, runNews({ status: 'failed' }));
    await environment.run(showInSlack, runNews({ status: 'failed' }));
    await environment.run(showInSlack, runNews({ status: 'failed', notify: {} }));
    expect(said).toEqual([expect.stringContaining('MAINSTAY_SLACK_TOKEN')]);
  });
});
