import prettyMs from 'pretty-ms';
import type { Budget, Mind, Usage } from '../../../schemas/mind.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { FeatureView } from '../../view.ts';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** What a build has used, beside its limits where it has some: `41 of 200 steps · 312K of 5M tokens · $0.42 of $5 · 3m of 4h`. */
export function usageWords({ usage, workedMs, budget }: Pick<FeatureView, 'usage' | 'workedMs' | 'budget'>): string {
  const of = (used: string, limit: string | undefined) => (limit === undefined ? used : `${used} of ${limit}`);
  return [
    `${of(compact.format(usage.steps), budget && compact.format(budget.steps))} steps`,
    `${of(compact.format(usage.inputTokens + usage.outputTokens), budget && compact.format(budget.tokens))} tokens`,
    costWords(usage, budget),
    of(time(workedMs), budget && time(budget.minutes * 60_000)),
  ].join(' · ');
}

/** `$0.42 of $5`; a model without a price in the configuration has an unknown one. */
function costWords({ usd }: Usage, budget: Budget | undefined): string {
  if (usd === null) return 'price unknown (MAINSTAY_MODEL_PRICES)';
  return `${dollars(usd)}${budget?.usd === undefined ? '' : ` of ${dollars(budget.usd)}`}`;
}

/** US dollars for people: cents, and more places below one cent. */
export function dollars(usd: number): string {
  return `$${usd !== 0 && usd < 0.01 ? usd.toPrecision(1) : usd.toFixed(2)}`;
}

/** Who thinks, for people. */
export function mindWords(mind: Mind): string {
  if (mind.kind === 'template') return `template ${plainLine(mind.template, 60)}`;
  return mind.kind === 'program' ? `program ${mind.program}` : 'model';
}

function time(ms: number): string {
  return prettyMs(Math.max(0, ms), { secondsDecimalDigits: 0, millisecondsDecimalDigits: 0 });
}
