import { isIndicator, keyOf } from '../subject/series.ts';
import type { Bound, Condition, Series, Strategy } from '../subject/strategy.ts';
import { numberInWords } from '../subject/words.ts';
import { type Expression, returned } from './layout.ts';

const comparisons = { '<': 'isBelow', '<=': 'isAtMost', '>': 'isAbove', '>=': 'isAtLeast' } as const;
const crossings = { above: 'crossesAbove', below: 'crossesBelow' } as const;

/** A condition as TypeScript over `bar`, `now`, `patterns` and `previous`. */
function conditionExpression(condition: Condition): Expression {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { chain: condition.kind === 'all' ? '&&' : '||', of: condition.of.map(conditionExpression) };
    case 'pattern':
      return `patterns.includes('${condition.name}')`;
    case 'compare':
      return { call: comparisons[condition.is], of: [seriesCode(condition.left), boundCode(condition.right, seriesCode)] };
    case 'cross': {
      const step = (bound: Bound): Expression => ({ call: 'step', of: [boundCode(bound, earlier), boundCode(bound, seriesCode)] });
      return { call: crossings[condition.to], of: [step({ times: 1, series: condition.left }), step(condition.right)] };
    }
  }
}

const seriesCode = (series: Series) => (isIndicator(series) ? `now.${keyOf(series)}` : `bar.${series.of}`);
const earlier = (series: Series) => (isIndicator(series) ? `previous?.values.${keyOf(series)}` : `previous?.bar.${series.of}`);

function boundCode(bound: Bound, code: (series: Series) => string): Expression {
  if (typeof bound === 'number') return numberInWords(bound);
  return bound.times === 1 ? code(bound.series) : { call: 'times', of: [numberInWords(bound.times), code(bound.series)] };
}

/** The lines of a function's body that answer whether a condition holds, and the helpers of `compare.ts` that they use. */
export function conditionBody(condition: Condition): { lines: string[]; helpers: string[] } {
  const answer = returned(conditionExpression(condition));
  const parts = [
    ...(/\bnow\./.test(answer) ? ['values: now'] : []),
    ...(/\bpatterns\./.test(answer) ? ['patterns'] : []),
    ...(/\bprevious\?/.test(answer) ? ['previous'] : []),
  ];
  const helpers = Object.keys(helperCode).filter((helper) => answer.includes(`${helper}(`));
  return { lines: [...(parts.length > 0 ? [`  const { ${parts.join(', ')} } = indicators;`] : []), answer], helpers };
}

/** `import { … } from './compare.ts';`, or nothing when nothing is used. */
export function helperImport(helpers: readonly string[]): string[] {
  return helpers.length === 0 ? [] : [`import { ${[...helpers].sort().join(', ')} } from './compare.ts';`];
}

/** `src/compare.ts` with what the strategy uses; undefined when it uses nothing of it. */
export function compareCode({ entry, exit }: Strategy): string | undefined {
  const used = new Set([entry, ...(exit === undefined ? [] : [exit])].flatMap((condition) => conditionBody(condition).helpers));
  if (used.has('crossesBelow')) used.add('crossesAbove');
  if (used.has('crossesAbove')) for (const helper of ['isAtMost', 'isBelow', 'step']) used.add(helper);
  const chosen = Object.entries(helperCode).filter(([name]) => used.has(name));
  if (chosen.length === 0) return undefined;
  return [maybeCode, ...(used.has('step') ? [stepCode] : []), ...chosen.map(([, code]) => code)].join('\n');
}

const maybeCode = `/** A value that may not be known yet. Every comparison with one that is not known is false. */
export type Maybe = number | null | undefined;
`;
const stepCode = `/** A value at the bar before and at the present one. */
export type Step = { before: Maybe; now: Maybe };
`;

const comparison = (name: string, operator: string) => `export function ${name}(left: Maybe, right: Maybe): boolean {
  return left != null && right != null && left ${operator} right;
}
`;

const helperCode: Record<string, string> = {
  times: `export function times(factor: number, value: Maybe): Maybe {
  return value == null ? null : factor * value;
}
`,
  step: `export function step(before: Maybe, now: Maybe): Step {
  return { before, now };
}
`,
  isBelow: comparison('isBelow', '<'),
  isAtMost: comparison('isAtMost', '<='),
  isAbove: comparison('isAbove', '>'),
  isAtLeast: comparison('isAtLeast', '>='),
  crossesAbove: `/** At or below at the bar before, above at the present one. */
export function crossesAbove(left: Step, right: Step): boolean {
  return isAtMost(left.before, right.before) && isBelow(right.now, left.now);
}
`,
  crossesBelow: `/** At or above at the bar before, below at the present one. */
export function crossesBelow(left: Step, right: Step): boolean {
  return crossesAbove(right, left);
}
`,
};
