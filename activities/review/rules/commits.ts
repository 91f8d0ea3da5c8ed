import { RE2JS } from 're2js';
import { plainLine } from '../../../schemas/plainText.ts';
import type { Rule } from '../change.ts';
import { someOf, weighed } from '../comments.ts';

/** https://www.conventionalcommits.org/en/v1.0.0/ and the words that git itself writes for a revert. */
const conventional = String.raw`^(?:[A-Za-z][A-Za-z-]*(?:\([^()]+\))?!?: \S.*|Revert ".*"?)$`;

/** First lines of commits that do not follow the project's convention. Patterns are RE2, so that none takes long. */
export const commits: Rule = ({ subjects, notice }, { commits: { weight, pattern } }) => {
  if (weight === 'off') return [];
  let convention: RE2JS;
  try {
    convention = RE2JS.compile(pattern ?? conventional);
  } catch (error) {
    notice(`review.commits.pattern was left out: ${error instanceof Error ? plainLine(error.message) : 'it cannot be read'}`);
    return [];
  }
  const wrong = subjects.filter(({ subject }) => !convention.matcher(subject).find());
  if (wrong.length === 0) return [];
  const wanted = pattern === undefined ? 'Conventional Commits (feat: …, fix: …)' : plainLine(pattern);
  const named = wrong.map(({ commit, subject }) => `${commit.slice(0, 8)} “${plainLine(subject, 80)}”`);
  return weighed(weight, [{ rule: 'commits', message: `Commits that do not follow ${wanted}: ${someOf(named)}.` }]);
};
