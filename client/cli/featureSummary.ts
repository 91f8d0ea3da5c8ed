import { plainLine, plainLines } from '../../schemas/plainText.ts';
import type { TestReport } from '../../schemas/testReport.ts';
import type { FeatureView, RunView, TaskView } from '../view.ts';
import type { Evidence } from './evidence.ts';
import { lookAtIt, quoted } from './lookAtIt.ts';
import { mindWords, usageWords } from './progress/costs.ts';
import { decisionLines } from './progress/decisions.ts';
import { planLines } from './progress/plan.ts';
import { branchLines, taskSign, taskStory } from './progress/taskWords.ts';
import { elapsed } from './progress/words.ts';
import { painted, signs } from './signs.ts';
import type { Colours } from './terminal.ts';

// Enough to see what is wrong without opening the log.
const shownFailures = 5;

/** A plan, a build or one agent's work that is over, as lines that can be pasted into a chat. */
export function featureSummary(view: RunView, { reports, files }: Evidence, colours: Colours): string[] {
  const { feature, tasks, failure, notices, status } = view;
  const kind = status === 'running' || status === 'waiting' ? 'pending' : status;
  const now = Date.parse(view.endedAt ?? view.startedAt);
  const isolation = [...new Set(tasks.flatMap(({ proof }) => (proof ? [proof.isolation] : [])))];
  return [
    colours.bold(painted(kind, verdictOf(view), colours)),
    ...(failure ? failureLines(failure) : []),
    ...tasks.flatMap((task) => taskLines(task, { report: reports.get(task.id), now, colours })),
    ...(feature ? [...resultLines(view, feature, colours), ...spentLines(feature)] : []),
    ...files.map(({ name, path }) => `  ${plainLine(name, 80)}: ${path}`),
    ...(isolation.length > 0 ? [`  isolation in force: ${isolation.join(', ')}`] : []),
    ...decisionLines(view).map((line) => `  ${line}`),
    ...notices.map((notice) => colours.dim(`  note: ${plainLine(notice)}`)),
    ...(feature ? nextLines(view, feature, colours) : []),
  ];
}

// What to do instead may be a list.
function failureLines({ type, message }: { type: string; message: string }): string[] {
  return `${plainLine(type, 100)}: ${plainLines(message.slice(0, 4000))}`
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line.trimEnd()}`);
}

/** `passed: acme/shop at 56a5fb899c88 (main) in 12m; 3 of 3 tasks accepted`. */
function verdictOf({ status, repository, feature, tasks, ...run }: RunView): string {
  const source = feature?.source;
  const branch = source?.branch ? ` (${plainLine(source.branch, 60)})` : '';
  const place = source ? `${source.slug} at ${source.commit.slice(0, 12)}${branch}` : plainLine(repository);
  const time = elapsed(run, Date.parse(run.startedAt));
  const accepted = tasks.filter(({ phase }) => phase === 'accepted').length;
  const counts = tasks.length > 0 ? `; ${accepted} of ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} accepted` : '';
  return `${status}: ${place}${time ? ` in ${time}` : ''}${counts}`;
}

type Around = { report: TestReport | undefined; now: number; colours: Colours };

function taskLines(task: TaskView, { report, now, colours }: Around): string[] {
  const { id, title, phase, proof, branch } = task;
  const { status } = taskSign(task, now);
  const time = elapsed(task, now);
  const story = phase === 'accepted' ? '' : taskStory(task, now);
  const failures = phase === 'accepted' ? [] : (proof?.failures ?? []);
  const refusals = phase === 'accepted' ? [] : (proof?.refusals ?? []);
  const more = failures.length - shownFailures;
  return [
    `${painted(status, signs[status], colours)} ${id}  ${plainLine(title, 80)}  ${phase}${time ? ` in ${time}` : ''}${story ? `: ${story}` : ''}`,
    ...(phase === 'accepted' && proof ? [`    ${proofWords(task, report)}`] : []),
    ...failures.slice(0, shownFailures).map(({ name, message }) => `    ${plainLine(`${name}: ${message.split('\n')[0]}`, 200)}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
    ...refusals.slice(0, shownFailures).map(({ rule, path, message }) => `    refused (${rule}): ${plainLine(`${path}: ${message}`, 200)}`),
    ...branchLines(task).map((line) => `    ${line}`),
    ...(branch === undefined ? [] : [colours.dim(`    ${plainLine(branch)}`)]),
  ];
}

/** `6 tests failed before, 6 pass after, hidden ones included; 93 % of lines covered`. */
function proofWords({ proof, tests }: TaskView, report: TestReport | undefined): string {
  const [before, after] = [report?.before?.summary, report?.after?.summary];
  if (!before || !after) return plainLine(proof?.verdict ?? '', 200);
  const failed =
    before.failed > 0 ? `${before.failed} ${before.failed === 1 ? 'test' : 'tests'} failed before` : 'the tests did not even start before';
  const hidden = (tests?.hiddenPaths.length ?? 0) > 0 ? ', hidden ones included' : '';
  const coverage = proof?.coverage === null || proof === undefined ? '' : `; ${Math.round(proof.coverage)} % of lines covered`;
  return `${failed}, ${after.passed} ${after.passed === 1 ? 'passes' : 'pass'} after${hidden}${coverage}`;
}

function resultLines({ flow, status }: RunView, { proof, branch, pullRequest }: FeatureView, colours: Colours): string[] {
  const kept = flow === 'buildFeature' && status === 'passed' ? 'the result is in the store alone: no branch was published' : undefined;
  return [
    ...(proof ? [`  all together: ${plainLine(proof.verdict)}`] : []),
    ...(branch === undefined ? (kept ? [`  ${kept}`] : []) : [`  result: ${colours.cyan(plainLine(branch))}`]),
    ...(pullRequest ? [`  pull request #${pullRequest.number}: ${colours.cyan(plainLine(pullRequest.url))}`] : []),
  ];
}

function spentLines(feature: FeatureView): string[] {
  const by = feature.mind === undefined ? '' : ` (${mindWords(feature.mind)})`;
  const { inputTokens, outputTokens } = feature.usage;
  const nothing = inputTokens + outputTokens === 0;
  if (feature.budget && (feature.workedMs > 0 || !nothing)) return [`  used: ${usageWords(feature)}${by}`];
  return nothing ? [] : [`  used: ${usageWords(feature)}${by}`];
}

function nextLines({ flow, workflowId, status }: RunView, feature: FeatureView, colours: Colours): string[] {
  const commands = lookAtIt(feature).map((line) => `    ${line}`);
  if (flow !== 'planFeature' || !feature.todoList || status !== 'passed') return commands.length > 0 ? ['  look at it:', ...commands] : [];
  const place = feature.source ? ` --repo ${quoted(feature.source.repository)}` : '';
  return [
    ...planLines(feature.todoList),
    colours.dim(`build it:      mainstay run develop --plan ${workflowId}`),
    colours.dim(`or correct it: mainstay show ${workflowId} --json | jq .feature.todoList > plan.json`),
    colours.dim(`               mainstay run develop --todo plan.json${place}`),
  ];
}
