import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runMessage, type SlackMessage } from '../../../../activities/report/slack/message.ts';
import { threadReplies } from '../../../../activities/report/slack/replies.ts';
import type { RunNews } from '../../../../schemas/runNews.ts';
import { approvalRequest } from '../../../support/approvals.ts';
import { runNews, stageRecord } from '../../../support/news.ts';
import { result } from '../../../support/plans.ts';
import { Blocks } from '../../../support/slack/blockLimits.ts';

const link = 'https://mainstay.test/runs/1';
const person = { name: 'ada', slack: 'U0ADA' };

/** A run in which every text that a repository can choose is `text`. */
function newsSaying(text: string): RunNews {
  const asked = approvalRequest({
    title: text,
    effects: [text, text],
    reminders: 1,
    steps: [{ role: text, members: [person, { name: text }], quorum: 1 }],
  });
  const failures = [{ name: text, message: text }];
  const tests = { total: 1, passed: 0, failed: 1, skipped: 0, flaky: [text], quarantined: [text], failures };
  const release = { environment: text, target: 'process' as const, key: 'k', digest: 'sha256:1' };
  return {
    ...runNews({
      status: 'failed',
      awaiting: [asked],
      notices: [text],
      decisions: [{ request: asked, granted: true, by: text, at: '2026-01-01T00:00:00Z', comment: text, expired: false }],
      refusals: [{ at: '2026-01-01T00:00:00Z', by: text, request: text, reason: text }],
      failure: { type: 'RunFailed', message: text },
    }),
    stages: [
      stageRecord('test', { status: 'failed', reason: text, result: result({ passed: false, summary: text, tests, notices: [text] }) }),
      stageRecord('lint', { status: 'failed', reason: text, result: result({ passed: false }) }),
      stageRecord('deploy', { status: 'failed', reason: text, release }),
    ],
    source: { ...runNews().source, slug: text, branch: text },
  };
}

function everything(text: string): SlackMessage[] {
  const news = newsSaying(text);
  return [runMessage(news, link), ...threadReplies(news, { logEnds: { lint: text }, link })];
}

type Text = { type: string; text: string };
function textsIn(value: unknown): Text[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== 'object') return [];
  const own = 'type' in value && (value.type === 'mrkdwn' || value.type === 'plain_text') ? [value as Text] : [];
  return [...own, ...Object.values(value).flatMap(textsIn)];
}

describe('text of a repository', () => {
  it.each([
    '<!channel> <!here> <!everyone>',
    '<@U0VICTIM> @channel @here #general',
    '<https://evil.test|click here> https://evil.test www.evil.test',
    '*bold* _it_ ~no~ `code` > quote',
    'end ``` <!channel> ```` *out*',
    '&lt;!channel&gt; &amp;lt;!channel&amp;gt;',
    '\u001b[31mred\u001b[0m \u202Eright to left \u0000\u0007',
    ':tada: \n```\n<!subteam^S0ALL>',
  ])('can neither mention, link nor format: %j', (text) => {
    for (const message of everything(text)) {
      const texts = textsIn(message.blocks);
      const marks = [message.text, ...texts.map((one) => one.text)].flatMap((one) => one.match(/<[^>]*>/g) ?? []);
      expect(marks.filter((mark) => mark !== '<@U0ADA>' && mark !== `<${link}|Open the run>`)).toEqual([]);
      // Formats work in mrkdwn only: there, a repository's text stands between fences that it cannot end.
      for (const { text: formatted } of texts.filter(({ type }) => type === 'mrkdwn')) {
        if (formatted.startsWith('<')) continue;
        expect(formatted).toMatch(/^```\n[^]*\n```$/);
        expect(formatted.slice(4, -4)).not.toContain('```');
      }
      const bare = [message.text, ...texts.filter(({ type }) => type === 'plain_text').map((one) => one.text)].join('\n');
      expect(bare).not.toMatch(/@channel|:\/\/evil|www\.evil|(?!\n)\p{Cc}|\u202E/u);
    }
  });

  it.each(['x'.repeat(200_000), '&'.repeat(20_000), '👩‍👩‍👧‍👦'.repeat(5_000), '\ud83d'.repeat(100), '\n'.repeat(5_000), ''])(
    'is cut to what Slack takes (%#)',
    (text) => {
      for (const message of everything(text)) {
        expect(Blocks.safeParse(message.blocks).error?.issues).toBeUndefined();
        expect(message.text.length).toBeLessThanOrEqual(4000);
        for (const { text: cut } of textsIn(message.blocks))
          expect(cut).not.toMatch(/&(?!amp;|lt;|gt;)|[\ud800-\udbff](?![\udc00-\udfff])/);
      }
    },
  );

  it('of any kind makes messages that Slack takes', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const { blocks } of everything(text)) if (!Blocks.safeParse(blocks).success) return false;
        return true;
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe('the message', () => {
  it('says in words how far each stage is', () => {
    const stages = [
      stageRecord('test', { result: result({ summary: '8 tests passed' }) }),
      stageRecord('deploy', { status: 'awaitingApproval' }),
    ];
    const shown = JSON.stringify(runMessage(runNews({ stages, awaiting: [approvalRequest()] }), link).blocks);
    expect(shown).toContain('✅ test  passed: 8 tests passed\\n✋ deploy  waits for a decision');
    expect(shown).toContain('Decide: deploy acme/shop to staging\\n• deploy to staging');
    expect(shown).toContain('anybody who did not make the change');
    expect(shown).toContain('Until 2026-01-02 00:00 UTC, then it counts as rejected');
  });
});

describe('a large run', () => {
  it('keeps to fifty blocks and says how much more there is', () => {
    const awaiting = Array.from({ length: 40 }, (_, index) => approvalRequest({ id: `deploy-${index}/1` }));
    const stages = Array.from({ length: 100 }, (_, index) => stageRecord(`stage-${index}`));
    const { blocks } = runMessage(runNews({ awaiting, stages }), link);
    expect(Blocks.safeParse(blocks).error?.issues).toBeUndefined();
    const shown = JSON.stringify(blocks);
    expect(shown).toContain('and 80 more');
    expect(shown).toContain('30 more wait for a decision');
    expect(shown).toContain('Open the run');
  });

  it('has no buttons when its names are longer than a button carries', () => {
    const { blocks } = runMessage(runNews({ workflowId: 'w'.repeat(1001), awaiting: [approvalRequest()] }), link);
    expect(blocks.filter(({ type }) => type === 'actions')).toEqual([]);
    expect(JSON.stringify(blocks)).toContain('mainstay approve');
  });
});

describe('a link of the configuration', () => {
  it('cannot break out of its mark', () => {
    const { blocks } = runMessage(runNews(), 'https://mainstay.test/a|b>c<!channel>');
    expect(JSON.stringify(blocks).match(/<[^>]*>/g)).toEqual(['<https://mainstay.test/a%7cb%3Ec%3C!channel%3E|Open the run>']);
  });
});
