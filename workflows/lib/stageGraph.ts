import type { StageRecord, StageStatus } from '../../schemas/runPipeline.ts';
import type { Stage } from '../../schemas/stage.ts';

const ended: ReadonlySet<StageStatus> = new Set(['passed', 'failed', 'skipped', 'cancelled']);

/** Which stages may start, which can no longer, and which no longer matter. Pure rules over the records; no clock, no Temporal. */
export class StageGraph {
  readonly stages: readonly Stage[];
  readonly records: StageRecord[];
  /** Grows when a stage's status changes, the only change that can let another stage start or give it up. */
  revision = 0;
  readonly #recordOf: ReadonlyMap<string, StageRecord>;

  constructor(stages: readonly Stage[]) {
    this.stages = stages;
    this.records = stages.map((stage) => ({
      id: stage.id,
      agent: stage.agent,
      needs: stage.needs,
      status: 'pending',
      allowFailure: stage.allowFailure,
      leftOut: false,
      iteration: 0,
      ...(stage.environment === undefined ? {} : { environment: stage.environment }),
    }));
    this.#recordOf = new Map(this.records.map((record) => [record.id, record]));
  }

  record(id: string): StageRecord {
    return found(this.#recordOf.get(id), id);
  }

  change(id: string, change: Partial<StageRecord>): void {
    const record = this.record(id);
    if (change.status !== undefined && change.status !== record.status) this.revision += 1;
    Object.assign(record, change);
  }

  get finished(): boolean {
    return this.records.every((record) => ended.has(record.status));
  }

  /** The stage whose failure halted the run: after it nothing new starts but stages whose condition asks for results. */
  get haltedBy(): string | undefined {
    return this.records.find((record) => record.status === 'failed' && !record.allowFailure)?.id;
  }

  /** Stages whose turn it is: all that they need has ended well enough. */
  ready(): Stage[] {
    return this.stages.filter((stage) => {
      if (this.record(stage.id).status !== 'pending') return false;
      const needs = stage.needs.map((id) => this.record(id));
      if (looksAtResults(stage)) return needs.every((need) => ended.has(need.status));
      return this.haltedBy === undefined && needs.every((need) => this.#satisfies(need));
    });
  }

  /** Pending stages that can never start, with the reason for each. */
  unreachable(): { id: string; reason: string }[] {
    return this.stages.flatMap((stage) => {
      if (this.record(stage.id).status !== 'pending' || looksAtResults(stage)) return [];
      const broken = stage.needs.map((id) => this.record(id)).find((need) => ended.has(need.status) && !this.#satisfies(need));
      if (broken) return [{ id: stage.id, reason: `needs ${broken.id}, which ${word(broken.status)}` }];
      return this.haltedBy === undefined ? [] : [{ id: stage.id, reason: `${this.haltedBy} failed, so the run was halted` }];
    });
  }

  /**
   * Running stages whose result nobody can use any more: a build whose every dependent is out of reach. Checks (lint, test,
   * security) go on, since their findings help the author; a deploy is never broken off for another stage's sake.
   */
  pointless(): { id: string; reason: string }[] {
    return this.stages.flatMap((stage) => {
      if (this.record(stage.id).status !== 'running' || stage.agent !== 'build') return [];
      const dependents = this.stages.filter((other) => other.needs.includes(stage.id));
      if (dependents.length === 0 || !dependents.every((other) => this.record(other.id).status === 'skipped')) return [];
      return [{ id: stage.id, reason: `nothing that needs it can run any more (${this.haltedBy ?? 'a stage'} failed)` }];
    });
  }

  /** The stage named (by id or name), its expansions, and all that need them, in graph order; empty when there is none. */
  from(name: string): Stage[] {
    const chosen = new Set(this.stages.filter((stage) => stage.id === name || stage.name === name).map((stage) => stage.id));
    for (let grew = chosen.size > 0; grew;) {
      const more = this.stages.filter((stage) => !chosen.has(stage.id) && stage.needs.some((need) => chosen.has(need)));
      for (const stage of more) chosen.add(stage.id);
      grew = more.length > 0;
    }
    return this.stages.filter((stage) => chosen.has(stage.id));
  }

  /** Makes stages pending again. The count of tries goes on, so that effects of the new try have keys of their own. */
  reset(ids: readonly string[]): void {
    for (const id of ids) {
      this.change(id, { status: 'pending', leftOut: false, reason: undefined, failure: undefined, endedAt: undefined });
      this.change(id, { result: undefined, release: undefined, startedAt: undefined });
    }
    // Stages that the failure had halted get their chance again.
    for (const record of this.records) {
      if (record.status === 'skipped' && !record.leftOut) this.change(record.id, { status: 'pending', reason: undefined });
    }
  }

  #satisfies(need: StageRecord): boolean {
    if (need.status === 'passed') return true;
    if (need.status === 'failed') return need.allowFailure;
    return need.status === 'skipped' && need.leftOut;
  }
}

function looksAtResults(stage: Stage): boolean {
  return stage.when !== undefined && /\bresults\b/.test(stage.when);
}

function word(status: StageStatus): string {
  return status === 'skipped' ? 'was skipped' : status === 'cancelled' ? 'was cancelled' : status;
}

function found<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new RangeError(`no stage ${id} in this run`);
  return value;
}
