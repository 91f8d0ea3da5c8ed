import { plainLine } from '../../../schemas/plainText.ts';
import { type FeatureView, type RunView, taskHasEnded, type TaskView } from '../../view.ts';
import { usageWords } from './costs.ts';
import { planLines } from './plan.ts';
import { attemptWords, parkedWords, phaseWords, taskStory } from './taskWords.ts';
import { brokenBefore, elapsed } from './words.ts';

/** What changed between two looks at a plan or build, one plain line each. */
export function featureEvents(before: RunView | undefined, after: RunView, now: number): string[] {
  const known = new Map(before?.tasks.map((task) => [task.id, task]));
  return [
    ...planEvents(before?.feature, after.feature, now),
    ...after.tasks.flatMap((task) => taskEvents(known.get(task.id), task, now)),
    ...budgetEvents(before?.feature, after.feature),
  ];
}

function planEvents(before: FeatureView | undefined, after: FeatureView | undefined, now: number): string[] {
  const plan = after?.todoList && !before?.todoList ? planLines(after.todoList) : [];
  const parked = after?.parkedUntil !== undefined && after.parkedUntil !== before?.parkedUntil;
  return [...(parked && after.parkedUntil ? [`planner ${parkedWords(after.parkedUntil, now)}`] : []), ...plan];
}

function budgetEvents(before: FeatureView | undefined, after: FeatureView | undefined): string[] {
  const changed = before?.budget && after?.budget && JSON.stringify(before.budget) !== JSON.stringify(after.budget);
  return changed ? [`budget: ${usageWords(after)}`] : [];
}

function taskEvents(before: TaskView | undefined, after: TaskView, now: number): string[] {
  const { id, phase } = after;
  const branches = debugEvents(before, after);
  if (phase !== before?.phase) {
    if (phase === 'pending') return before === undefined ? [] : [`${id} starts over`, ...branches];
    const time = taskHasEnded(after) ? elapsed(after, now) : '';
    const story = taskStory(after, now);
    return [
      ...branches,
      `${id} ${taskHasEnded(after) ? `${phase}${time ? ` in ${time}` : ''}${story ? `: ${story}` : ''}` : story || phaseWords(phase)}`,
    ];
  }
  if (taskHasEnded(after)) return branches;
  const parked =
    after.parkedUntil !== undefined && after.parkedUntil !== before.parkedUntil ? parkedWords(after.parkedUntil, now) : undefined;
  const news = [
    after.attempt === before.attempt ? undefined : brokenBefore(after),
    after.headline === before.headline ? undefined : after.headline,
    after.doing === before.doing ? undefined : after.doing,
    after.queued && !before.queued ? taskStory(after, now) : undefined,
    parked,
  ];
  return [...branches, ...news.flatMap((text) => (text ? [`${id} · ${plainLine(text)}`] : []))];
}

/** Debug branches that were opened, and their attempts. */
function debugEvents(before: TaskView | undefined, after: TaskView): string[] {
  return after.debug.flatMap(({ todo, attempts }) => {
    const known = before?.debug.find((branch) => branch.todo.id === todo.id);
    return [
      ...(known ? [] : [`${todo.id} opened: ${plainLine(todo.branch_reason)}`]),
      ...attempts.slice(known?.attempts.length ?? 0).map((attempt) => {
        return plainLine(`${todo.id} · ${attemptWords(attempt, todo.max_debug_attempts)}: ${attempt.reason}`);
      }),
    ];
  });
}
