import { plainLine } from '../../../schemas/plainText.ts';
import type { TodoList } from '../../../schemas/todoList.ts';

/** A plan as people read it: its summary, then each task with what it needs and what must hold when it is done. */
export function planLines({ summary, tasks, template }: TodoList): string[] {
  const width = Math.max(...tasks.map(({ id }) => id.length));
  const by = template === undefined ? '' : ` (template ${plainLine(template, 60)})`;
  return [
    `Plan${by}: ${plainLine(summary, 2000)}`,
    ...tasks.flatMap(({ id, title, dependencies, acceptance_criteria: criteria, expected_artifacts: files }) => [
      `  ${id.padEnd(width)}  ${plainLine(title)}${dependencies.length > 0 ? `  (after ${dependencies.join(', ')})` : ''}`,
      ...criteria.map(({ text }) => `  ${' '.repeat(width)}  • ${plainLine(text, 500)}`),
      ...(files.length > 0 ? [`  ${' '.repeat(width)}    makes ${plainLine(files.join(', '), 300)}`] : []),
    ]),
  ];
}
