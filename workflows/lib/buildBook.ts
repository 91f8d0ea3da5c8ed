import type { TaskPhase, TaskRecord } from '../../schemas/buildFeature.ts';
import type { Change } from '../../schemas/mind.ts';
import type { Todo } from '../../schemas/todoList.ts';
import { noUsage } from '../../schemas/usage.ts';

const endings: ReadonlySet<TaskPhase> = new Set(['accepted', 'failed', 'skipped', 'cancelled']);

/** The tasks of a build: their records, what may start, and the change that holds all that was accepted. */
export class BuildBook {
  readonly #todos: Map<string, Todo>;
  readonly #records: Map<string, TaskRecord>;
  /** All accepted work, merged. */
  head: Change;
  /** Grows with every change of a record. */
  revision = 0;

  constructor(tasks: readonly Todo[], head: Change) {
    this.#todos = new Map(tasks.map((todo) => [todo.id, todo]));
    this.#records = new Map(tasks.map((todo) => [todo.id, recordOf(todo)]));
    this.head = head;
  }

  get records(): TaskRecord[] {
    return [...this.#records.values()];
  }

  record(id: string): TaskRecord {
    return known(this.#records.get(id), id);
  }

  todo(id: string): Todo {
    return known(this.#todos.get(id), id);
  }

  has(id: string): boolean {
    return this.#todos.has(id);
  }

  change(id: string, part: Partial<TaskRecord>): void {
    this.#records.set(id, { ...this.record(id), ...part });
    this.revision += 1;
  }

  ended(id: string): boolean {
    return endings.has(this.record(id).phase);
  }

  get finished(): boolean {
    return this.records.every(({ phase }) => endings.has(phase));
  }

  /** Tasks whose turn has come, the most urgent first. */
  ready(): string[] {
    return this.records
      .filter(({ phase, needs }) => phase === 'pending' && needs.every((need) => this.record(need).phase === 'accepted'))
      .map(({ id }) => id)
      .sort((a, b) => this.todo(a).priority - this.todo(b).priority);
  }

  /** Pending tasks that can never start. */
  unreachable(): { id: string; reason: string }[] {
    return this.records.flatMap(({ id, phase, needs }) => {
      const broken = needs.find((need) => this.ended(need) && this.record(need).phase !== 'accepted');
      return phase === 'pending' && broken ? [{ id, reason: `needs ${broken}, which was not accepted` }] : [];
    });
  }

  /** A task as the planner wrote it anew; its record starts over, what it cost stays. */
  replan(todo: Todo): void {
    const { usage, workedMs, debug } = this.record(todo.id);
    this.#todos.set(todo.id, todo);
    this.#records.set(todo.id, { ...recordOf(todo), usage, workedMs, debug });
    this.revision += 1;
  }
}

function recordOf({ id, title, dependencies }: Todo): TaskRecord {
  return { id, title, needs: dependencies, phase: 'pending', debug: [], usage: noUsage, workedMs: 0 };
}

function known<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw new RangeError(`no task ${id} in this build`);
  return value;
}
