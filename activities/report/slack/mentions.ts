import type { Person } from '../../../schemas/approvals.ts';
import type { RunNews } from '../../../schemas/runNews.ts';

/** Slack's mark that mentions people (`U…`, `W…`) and groups (`S…`); undefined for anything else. */
export function mentionOf(account: string | undefined): string | undefined {
  if (account === undefined) return undefined;
  if (/^[UW][A-Z0-9]{2,30}$/.test(account)) return `<@${account}>`;
  return /^S[A-Z0-9]{2,30}$/.test(account) ? `<!subteam^${account}>` : undefined;
}

/** Those whom the rules want to be mentioned when a run fails: names of people, or ids. */
export function failureMentions({ notify, people }: RunNews): string[] {
  return unique((notify?.slack?.mentions ?? []).map((name) => mentionOf(people[name]?.slack ?? name)));
}

/** Those of the people whose Slack account is known. */
export function mentionsOf(people: readonly Person[]): string[] {
  return unique(people.map(({ slack }) => mentionOf(slack)));
}

function unique(mentions: readonly (string | undefined)[]): string[] {
  return [...new Set(mentions.filter((mention) => mention !== undefined))];
}
