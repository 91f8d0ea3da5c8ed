import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { globMatcher } from '../glob.ts';

/** What a condition may look at. `changed` are the paths that differ from the base; `results` is by stage id. */
export type ConditionFacts = {
  branch: string;
  /** What caused the run: manual, push or pull_request. */
  event: string;
  ref: string;
  commit: string;
  changed: readonly string[];
  results: Readonly<Record<string, { passed: boolean; status: string }>>;
  matrix: Readonly<Record<string, string>>;
  environment: string;
};

/** Takes the place of CEL's `matches`, which is JavaScript's backtracking RegExp; of the same length, so that positions stay. */
export const safeMatches = 'reMatch';
/** States of the pattern times characters, summed over one evaluation; about 50 ms of RE2 work. */
const matchBudget = 4_000_000;

/** CEL with the facts as typed variables, `touches(glob)`, and regular expressions in linear time. One per evaluation: it counts its work. */
export function conditionEnvironment(facts: ConditionFacts): Environment {
  const budget = { left: matchBudget };
  const patterns = new Map<string, RE2JS>();
  return new Environment({ limits: { maxAstNodes: 500, maxDepth: 40, maxListElements: 100, maxMapEntries: 100 } })
    .registerVariable('branch', 'string')
    .registerVariable('event', 'string')
    .registerVariable('ref', 'string')
    .registerVariable('commit', 'string')
    .registerVariable('changed', 'list<string>')
    .registerVariable('results', 'map<string, dyn>')
    .registerVariable('matrix', 'map<string, string>')
    .registerVariable('environment', 'string')
    .registerFunction('touches(string): bool', (glob: string) => facts.changed.some(globMatcher(glob)))
    .registerFunction(`string.${safeMatches}(string): bool`, (text: string, pattern: string) => {
      const compiled = patterns.get(pattern) ?? RE2JS.compile(pattern);
      patterns.set(pattern, compiled);
      budget.left -= compiled.programSize() * (text.length + 1);
      if (budget.left < 0) throw new RangeError('too much matching: use a shorter pattern, or touches("glob")');
      return compiled.matcher(text).find();
    });
}
