import type { Todo } from '../../../schemas/todoList.ts';
import { Contract } from '../../../schemas/contract.ts';
import { skeletonsOf } from '../contracts/skeletons.ts';
import type { Data } from './fence.ts';

const longest = { task: 20_000, finding: 12_000, contract: 40_000, skeletons: 20_000 } as const;

/** A task as a model is told of it. */
export function describeTask(todo: Todo): Data {
  const lines = [
    `${todo.id}: ${todo.title}`,
    '',
    todo.description,
    '',
    'Acceptance criteria:',
    ...todo.acceptance_criteria.map(({ id, text }) => `- ${id}: ${text}`),
    ...(todo.expected_artifacts.length > 0 ? ['', `Files: ${todo.expected_artifacts.join(', ')}`] : []),
    ...(todo.metrics.length > 0 ? ['', 'Judged by:', ...todo.metrics.map((metric) => `- ${metric}`)] : []),
  ];
  return { label: 'task', data: lines.join('\n'), most: longest.task };
}

/** What went wrong before, as data; without anything our own word for it. */
export function describeFinding(instruction: string | undefined): string | Data {
  return instruction === undefined || instruction.trim() === ''
    ? 'nothing'
    : { label: 'finding', data: instruction, most: longest.finding };
}

/** A contract as a model is told of it. */
export function describeContract(contract: string): Data {
  return { label: 'contract', data: contract, most: longest.contract };
}

/** The contract's test cases as files that only lack their bodies; of a contract of another shape none. */
export function describeSkeletons(contract: string): string | Data {
  const { data } = Contract.safeParse(JSON.parse(contract));
  const files = data === undefined ? [] : skeletonsOf(data);
  if (files.length === 0) return 'none';
  return { label: 'skeletons', data: files.map(({ path, text }) => `${path}\n${text}`).join('\n'), most: longest.skeletons };
}
