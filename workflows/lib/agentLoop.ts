import { workflowInfo } from '@temporalio/workflow';
import type { Coder, NextStep, NextStepOrder, StepOrder } from '../../activities/developContracts.ts';
import type { LoopMemory, SolveTaskRequest, SolveTaskResult } from '../../schemas/solveTask.ts';
import type { Provenance } from '../../schemas/mind.ts';
import { noUsage, plus, since } from '../../schemas/usage.ts';
import type { Answer } from './think.ts';

// A model that says the same thing five times over and changes nothing will not find out by a sixth.
const mostRepeats = 5;
/** Share of each limit after which the model is told to come to an end. */
const wrapUpAt = 0.9;
const leastStepsToWrapUp = 2;
// The run's own history gets a line now and then, not for every step.
const tellEvery = 10;

type Taken = Awaited<ReturnType<Coder['takeStep']>>;

/** What one loop knows from step to step, and when it must end. */
export class AgentLoop {
  memory: LoopMemory;
  #parkedMs = 0;
  readonly #request: SolveTaskRequest;
  /** Limits are for this loop's own work: what an earlier one used does not count again. */
  readonly #before: Pick<LoopMemory, 'usage' | 'workedMs'>;

  constructor(request: SolveTaskRequest) {
    this.#request = request;
    this.memory = request.resume ?? {
      change: request.start,
      usage: noUsage,
      workedMs: 0,
      stuck: 0,
      lastHeadline: '',
    };
    this.#before = request.before ?? { usage: this.memory.usage, workedMs: this.memory.workedMs };
  }

  get headline(): string {
    return this.memory.lastHeadline;
  }

  get ending(): 'budget' | 'stuck' | undefined {
    if (this.memory.stuck >= mostRepeats) return 'stuck';
    return this.#shareUsed >= 1 ? 'budget' : undefined;
  }

  /** The largest share that is used of any limit. */
  get #shareUsed(): number {
    const { limits } = this.#request;
    const { usage: before, workedMs } = this.#before;
    const { steps, inputTokens, outputTokens, usd } = since(before, this.memory.usage);
    const of = (used: number, limit: number | undefined) => (limit === undefined ? 0 : used / Math.max(limit, Number.MIN_VALUE));
    return Math.max(
      of(steps, limits.steps),
      of(inputTokens + outputTokens, limits.tokens),
      of((this.memory.workedMs - workedMs) / 60_000, limits.minutes),
      of(usd ?? 0, limits.usd),
    );
  }

  get question(): Pick<NextStepOrder, 'transcript' | 'observation' | 'number' | 'wrapUp' | 'key'> {
    const { transcript, observation, usage } = this.memory;
    const number = usage.steps + 1;
    const left = this.#request.limits.steps - (usage.steps - this.#before.usage.steps);
    const wrapUp = left <= leastStepsToWrapUp || this.#shareUsed >= wrapUpAt;
    // The first execution's run id: a loop that continued as new asks on, a loop that was started again asks anew.
    const { workflowId, firstExecutionRunId } = workflowInfo();
    return { transcript, observation, number, wrapUp, key: `${workflowId}/${firstExecutionRunId}/${number}` };
  }

  heard({ value, usage, by }: Answer<NextStep>): void {
    const { memory } = this;
    this.memory = {
      ...memory,
      transcript: value.transcript,
      observation: undefined,
      usage: plus(memory.usage, { ...usage, steps: 1 }),
      by,
    };
  }

  step(step: NextStep['step']): Pick<StepOrder, 'change' | 'step' | 'number' | 'protected' | 'by' | 'at'> {
    const { change, usage, by } = this.memory;
    const at = new Date().toISOString();
    return { change, step, number: usage.steps, protected: this.#request.protected, by: by as Provenance, at };
  }

  took({ change, observation, headline, changed }: Taken): void {
    const repeats = !changed && headline === this.memory.lastHeadline;
    this.memory = { ...this.memory, change, observation, lastHeadline: headline, stuck: repeats ? this.memory.stuck + 1 : 0 };
  }

  get isTold(): boolean {
    return this.memory.usage.steps % tellEvery === 1;
  }

  async timed<T>(work: () => Promise<T>): Promise<T> {
    const started = Date.now();
    const parkedBefore = this.#parkedMs;
    try {
      return await work();
    } finally {
      const worked = Date.now() - started - (this.#parkedMs - parkedBefore);
      this.memory = { ...this.memory, workedMs: this.memory.workedMs + Math.max(0, worked) };
    }
  }

  /** Time on a rate limit's timer is not work. */
  rested(ms: number): void {
    this.#parkedMs += ms;
  }

  /** What a fresh history must know besides the memory. */
  get resume(): Pick<SolveTaskRequest, 'resume' | 'before'> {
    return { resume: this.memory, before: this.#before };
  }

  ended(outcome: SolveTaskResult['outcome'], summary = this.headline): SolveTaskResult {
    const { memory } = this;
    const { usage: before, workedMs } = this.#before;
    return { outcome, change: memory.change, summary, usage: since(before, memory.usage), workedMs: memory.workedMs - workedMs, memory };
  }
}
