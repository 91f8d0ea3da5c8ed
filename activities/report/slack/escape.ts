import type { MrkdwnElement, PlainTextElement } from '@slack/web-api';
import { plainLine, plainLines } from '../../../schemas/plainText.ts';

// https://docs.slack.dev/reference/block-kit/composition-objects/text-object
const longestText = 3000;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text from anywhere as one line that mentions nobody, links nowhere and has no format. At most `longest` characters, as Slack counts them. */
export function inert(text: string, longest = longestText): string {
  return fitted(unlinked(plainLine(text, longest)), longest);
}

/** The same for several lines, as a text object that Slack shows as it stands. */
export function plain(text: string, longest = longestText): PlainTextElement {
  return { type: 'plain_text', text: fitted(unlinked(plainLines(text)), longest) || ' ', emoji: false };
}

/** Lines of a log as a block of code that its content cannot end. */
export function code(text: string): MrkdwnElement {
  const harmless = plainLines(text).replace(/`{2,}/g, (run) => run.split('').join('\u200b'));
  return formatted(`\`\`\`\n${fitted(harmless, longestText - 8)}\n\`\`\``);
}

/** Our own words with Slack's own marks in them (mentions, links). Never for text from a repository. */
export function formatted(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

// Slack makes links and mentions of bare ones in some places; a space of no width breaks them.
function unlinked(text: string): string {
  return text
    .replace(/[@#]/g, '$&\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`);
}

// Cut before an entity or a pair of surrogates, never within.
function fitted(text: string, longest: number): string {
  let fitting = '';
  // Half a pair, which a cut elsewhere can leave, cannot be sent.
  for (const character of text.toWellFormed()) {
    const escaped = entities[character] ?? character;
    if (fitting.length + escaped.length > longest) return `${withoutLast(fitting, longest)}…`;
    fitting += escaped;
  }
  return fitting;
}

function withoutLast(text: string, longest: number): string {
  return text.length < longest ? text : text.replace(/(?:&[a-z]+;|[\s\S])$/u, '');
}
