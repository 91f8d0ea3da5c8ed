import { z } from 'zod';

/** The roles that agents of the develop flow play; each is one task queue. */
export const developRoles = ['planner', 'architect', 'coder', 'tester', 'debugger'] as const;
export const DevelopRole = z.enum(developRoles);
export type DevelopRole = z.infer<typeof DevelopRole>;

const text = (longest: number) => z.string().trim().min(1).max(longest);
// Tasks stand beside these in a run's state, and beside the result's branch.
const taken = new Set(['budget', 'ground', 'headlines', 'mind', 'parked_until', 'result', 'todo_list']);
/** Becomes part of branch names and effect keys. */
const TaskId = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'expected lower-case letters, digits and _, for example t1')
  .refine((id) => !taken.has(id), 'is a word of the run itself; choose another, for example t1');
/** A path inside the repository. */
export const RepositoryPath = z
  .string()
  .min(1)
  .max(300)
  .regex(
    /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\/\/)(?!.*\/$)[^\\\p{Cc}]+$/u,
    'expected a path inside the repository, such as src/retry.ts',
  )
  .refine((path) => !path.split('/').some((part) => part.toLowerCase() === '.git'), 'must not be inside .git');

/** What must hold when a task is done. */
const AcceptanceCriterion = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, 'expected letters, digits, _ . -'),
  text: text(2000),
});

/** One piece of work. It goes through contract, tests, code and proof; `agent_role` names the one it is mainly for. */
export const Todo = z.strictObject({
  id: TaskId,
  title: text(200),
  description: text(10_000),
  agent_role: DevelopRole.default('coder'),
  /** 1 is the most urgent. Decides only among tasks whose dependencies are done. */
  priority: z.number().int().min(1).max(100).default(50),
  /** Ids of tasks that must be accepted first. */
  dependencies: z.array(TaskId).max(50).default([]),
  acceptance_criteria: z.array(AcceptanceCriterion).min(1, 'name at least one thing that must hold when the task is done').max(50),
  /** Files that the task makes or changes. */
  expected_artifacts: z.array(RepositoryPath).max(200).default([]),
  /** Figures that the task is judged by besides its tests: `lines covered ≥ 90 %`. For people. */
  metrics: z.array(text(200)).max(20).default([]),
});
export type Todo = z.infer<typeof Todo>;

const longestPlan = 300_000;

/** What the planner makes of a request. Published shape (requirement V1). */
export const TodoList = z
  .strictObject({
    /** Stands for the plan in `POST /orchestrator/execute`. */
    id: text(200),
    /** The person's words. */
    request: text(20_000),
    summary: text(2000),
    /** Template that planned it, and what it understood; absent: a model did. */
    template: z.string().max(60).optional(),
    subject: z.record(z.string(), z.unknown()).optional(),
    tasks: z.array(Todo).min(1, 'a plan has at least one task').max(50, 'a plan has at most 50 tasks: split the request'),
  })
  .check((context) => {
    // A plan travels in workflow inputs and questions to people, far below Temporal's limit of 2 MB for each.
    if (JSON.stringify(context.value).length > longestPlan)
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: ['tasks'],
        message: `the plan is longer than ${longestPlan} characters: split the request`,
      });
    for (const issue of taskFaults(context.value.tasks)) context.issues.push({ code: 'custom', input: context.value, ...issue });
  });
export type TodoList = z.infer<typeof TodoList>;

/** A todo that a failed acceptance test opens beside its parent. Published shape (requirement V4). */
export const BranchTodo = z.strictObject({
  /** `<parent_id>_branch_01`. */
  id: z.string(),
  parent_id: TaskId,
  title: z.string(),
  agent_role: z.literal('debugger'),
  branch_reason: z.string(),
  debug_instructions: z.string(),
  is_temporary: z.literal(true),
  max_debug_attempts: z.number().int().positive(),
});
export type BranchTodo = z.infer<typeof BranchTodo>;

/** Double ids, unknown dependencies and cycles, each with the place of the wrong field. */
function taskFaults(tasks: readonly Todo[]): { path: (string | number)[]; message: string }[] {
  const ids = tasks.map(({ id }) => id);
  const faults = tasks.flatMap(({ id, dependencies }, i) => [
    ...(ids.indexOf(id) < i ? [{ path: ['tasks', i, 'id'], message: `the id ${id} is used twice` }] : []),
    ...dependencies.flatMap((needed, k) =>
      ids.includes(needed) ? [] : [{ path: ['tasks', i, 'dependencies', k], message: `there is no task ${needed}` }],
    ),
  ]);
  return faults.length > 0 ? faults : cycleFaults(tasks);
}

function cycleFaults(tasks: readonly Todo[]): { path: (string | number)[]; message: string }[] {
  const done = new Set<string>();
  for (let grew = true; grew;) {
    const ready = tasks.filter(({ id, dependencies }) => !done.has(id) && dependencies.every((needed) => done.has(needed)));
    for (const { id } of ready) done.add(id);
    grew = ready.length > 0;
  }
  const stuck = tasks.findIndex(({ id }) => !done.has(id));
  if (stuck < 0) return [];
  return [{ path: ['tasks', stuck, 'dependencies'], message: `${tasks[stuck]?.id} waits for itself in a circle: remove one dependency` }];
}
