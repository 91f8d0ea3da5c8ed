import type { RunNews } from '../../../schemas/runNews.ts';
import type { PullRequestDesk } from './desk.ts';
import { unlessRefused } from './refusal.ts';

const labels = {
  waiting: { name: 'mainstay: waiting', color: 'fbca04', description: 'Mainstay works on it, or waits for a decision' },
  passed: { name: 'mainstay: passed', color: '0e8a16', description: 'All stages of the newest run passed' },
  failed: { name: 'mainstay: failed', color: 'd73a4a', description: 'The newest run did not pass' },
} as const;
type Label = (typeof labels)[keyof typeof labels];

export function labelOf({ status }: Pick<RunNews, 'status'>): Label {
  if (status === 'passed') return labels.passed;
  return status === 'failed' || status === 'cancelled' ? labels.failed : labels.waiting;
}

/** Puts exactly this one of our labels on the pull request; labels of others stay. */
export async function showLabel({ octokit, at, number }: PullRequestDesk, wanted: Label): Promise<void> {
  const shown = await octokit.paginate(octokit.rest.issues.listLabelsOnIssue, { ...at, issue_number: number, per_page: 100 });
  const names = new Set(shown.map(({ name }) => name));
  if (!names.has(wanted.name)) {
    const exists = await unlessRefused([404], () => octokit.rest.issues.getLabel({ ...at, name: wanted.name }));
    // 422: made in between. Adding would make it too, but grey and without a word.
    if (!exists) await unlessRefused([422], () => octokit.rest.issues.createLabel({ ...at, ...wanted }));
    await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: [wanted.name] });
  }
  const others = Object.values(labels).filter(({ name }) => name !== wanted.name && names.has(name));
  for (const { name } of others) await unlessRefused([404], () => octokit.rest.issues.removeLabel({ ...at, issue_number: number, name }));
}
