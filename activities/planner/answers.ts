import { z } from 'zod';
import { Todo, TodoList } from '../../schemas/todoList.ts';

// Flat, without limits and optional fields: the one form that all providers' structured outputs take. What is wrong is found afterwards.
const TaskAnswer = z.object({
  id: z.string().describe('t1, t2, …'),
  title: z.string(),
  description: z.string(),
  agent_role: z.enum(['architect', 'coder', 'tester', 'debugger']).describe('coder, unless the task brings no code'),
  priority: z.number().describe('1 is the most urgent, 100 the least'),
  dependencies: z.array(z.string()).describe('ids of tasks that must be done first'),
  acceptance_criteria: z.array(z.string()).describe('what a test can observe when the task is done'),
  expected_artifacts: z.array(z.string()).describe('paths of files that are made or changed'),
  metrics: z.array(z.string()).describe('figures that the task is judged by besides its tests; usually none'),
});
type TaskAnswer = z.infer<typeof TaskAnswer>;

/** A model's plan as a todo list for the request; its faults are the todo list's own. */
export function planAnswer(about: { id: string; request: string }): z.ZodType<TodoList> {
  return z
    .object({ summary: z.string().describe('one to three sentences for the person'), tasks: z.array(TaskAnswer) })
    .transform(({ summary, tasks }) => ({ ...about, summary, tasks: tasks.map(todoOf) }))
    .pipe(TodoList);
}

/** A model's task in place of another, whose id and dependencies stay. */
export function taskAnswer({ id, dependencies }: Todo): z.ZodType<Todo> {
  return TaskAnswer.transform((task): z.input<typeof Todo> => ({ ...todoOf(task), id, dependencies })).pipe(Todo);
}

function todoOf({ acceptance_criteria, priority, ...task }: TaskAnswer): z.input<typeof Todo> {
  return {
    ...task,
    priority: Math.min(Math.max(Math.round(priority), 1), 100),
    acceptance_criteria: acceptance_criteria.map((text, i) => ({ id: `ac${i + 1}`, text })),
  };
}
