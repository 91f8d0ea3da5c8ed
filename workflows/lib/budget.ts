import type { Budget, BudgetGrant, Usage } from '../../schemas/mind.ts';
import type { LoopLimits } from '../../schemas/solveTask.ts';
import { noUsage, plus } from '../../schemas/usage.ts';

/** For one plan, or one agent's task. */
export const smallBudget: Budget = { steps: 50, tokens: 5_000_000, minutes: 240 };

const minute = 60_000;

/** What a run may still use. Loops that run side by side get shares that together never exceed what is left. */
export class BudgetAccount {
  budget: Budget;
  usage = noUsage;
  workedMs = 0;
  readonly #lent = new Set<LoopLimits>();
  readonly #first: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
    this.#first = budget;
  }

  get #left(): LoopLimits {
    const lent = (of: (limits: LoopLimits) => number) => [...this.#lent].reduce((sum, limits) => sum + of(limits), 0);
    const { steps, tokens, usd, minutes } = this.budget;
    return {
      steps: Math.max(0, steps - this.usage.steps - lent((limits) => limits.steps)),
      tokens: Math.max(0, tokens - this.usage.inputTokens - this.usage.outputTokens - lent((limits) => limits.tokens)),
      minutes: Math.max(0, minutes - this.workedMs / minute - lent((limits) => limits.minutes)),
      ...(usd === undefined ? {} : { usd: Math.max(0, usd - (this.usage.usd ?? 0) - lent((limits) => limits.usd ?? 0)) }),
    };
  }

  /** The limit that is reached, in words; undefined while there is something of everything. */
  get exhausted(): string | undefined {
    const { steps, tokens, minutes, usd } = this.#left;
    if (steps < 1) return `${this.budget.steps} steps`;
    if (tokens < 1) return `${this.budget.tokens} tokens`;
    if (minutes <= 0) return `${this.budget.minutes} minutes`;
    return usd !== undefined && usd <= 0 ? `${this.budget.usd} US dollars` : undefined;
  }

  /** A share for one of `slots` loops that may run; give it back with `settle`. */
  lend(slots: number): LoopLimits {
    const parts = Math.max(1, slots - this.#lent.size);
    const { steps, tokens, minutes, usd } = this.#left;
    const share = {
      steps: Math.ceil(steps / parts),
      tokens: Math.ceil(tokens / parts),
      minutes: minutes / parts,
      ...(usd === undefined ? {} : { usd: usd / parts }),
    };
    this.#lent.add(share);
    return share;
  }

  settle(share: LoopLimits | undefined, usage: Usage, workedMs: number): void {
    if (share) this.#lent.delete(share);
    this.usage = plus(this.usage, usage);
    this.workedMs += workedMs;
  }

  grant({ steps = 0, tokens = 0, usd = 0, minutes = 0 }: Partial<BudgetGrant>): Budget {
    const { budget } = this;
    this.budget = {
      steps: budget.steps + steps,
      tokens: budget.tokens + tokens,
      minutes: budget.minutes + minutes,
      ...(budget.usd === undefined ? {} : { usd: budget.usd + usd }),
    };
    return this.budget;
  }

  /** Half of the first budget once more: what a plain yes to the question means. */
  extend(): Budget {
    const half = (value: number) => Math.ceil(value / 2);
    const { steps, tokens, minutes, usd = 0 } = this.#first;
    return this.grant({ steps: half(steps), tokens: half(tokens), minutes: half(minutes), usd: usd / 2 });
  }
}
