import prettyMs from 'pretty-ms';
import type { BuildReport } from '../../../schemas/buildReport.ts';
import type { BuildFeatureResult, TaskRecord } from '../../../schemas/buildFeature.ts';
import type { Usage } from '../../../schemas/mind.ts';
import type { TestReport, TestRun } from '../../../schemas/testReport.ts';
import type { FeatureReporter } from '../../developContracts.ts';
import { codeSpan, linkTo, markdownText } from '../escape.ts';
import { bullets, decisionOf, section } from '../sections.ts';

/** What a proof left on paper. */
export type Evidence = { built?: BuildReport; tested?: TestReport };
type Facts = {
  workflowId: string;
  runId: string;
  record: Parameters<FeatureReporter['writeFeatureReport']>[0]['record'];
  result: BuildFeatureResult;
  evidence: Readonly<Record<string, Evidence>>;
};

/** A build's report as Markdown: what was asked, what each task's proof shows, what was repaired, who decided, what it cost. */
export function featureMarkdown({ workflowId, runId, record, result, evidence }: Facts): string {
  const { todoList, tasks, decisions, notices, exhibits, failure } = result;
  const sections = [
    `## ${markdownText(`${todoList?.summary ?? 'build'}: ${result.status}`, 300)}`,
    todoList ? `> ${markdownText(todoList.request, 2000)}` : '',
    failure ? `**${markdownText(failure.type)}**: ${markdownText(failure.message, 1000)}` : '',
    taskTable(tasks),
    section(
      'Evidence',
      bullets([...tasks.flatMap(({ id }) => evidenceOf(id, evidence[id])), ...evidenceOf('the merged result', evidence['result'])]),
    ),
    section('Debug branches', bullets(tasks.flatMap(debugOf))),
    section('Refused', bullets(Object.entries(evidence).flatMap(([id, { tested }]) => (tested ? refusalsOf(id, tested) : [])))),
    section('Where it is', bullets(placesOf(result))),
    section('Shown by running it', bullets(exhibits.map(({ name, blob }) => `${codeSpan(name, 100)} (${blob.size} bytes)`))),
    section('Cost', bullets([costOf(result)])),
    section('Approvals', bullets(decisions.map(decisionOf))),
    section('Notices', bullets(notices.map((notice) => markdownText(notice, 500)))),
    section(
      'What went wrong on the way',
      bullets(record.error_log.map(({ at, step, message }) => `${at} ${markdownText(step, 60)}: ${markdownText(message, 300)}`)),
    ),
    `Run ${codeSpan(workflowId, 300)} (${codeSpan(runId, 100)}), ${record.started_at} to ${record.updated_at}.`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function taskTable(tasks: TaskRecord[]): string {
  if (tasks.length === 0) return '';
  const rows = tasks.map(({ id, title, phase, proof, reason, workedMs, usage }) => {
    const said = phase === 'accepted' ? proof?.verdict : (reason ?? proof?.verdict);
    const cells = [markdownText(id), markdownText(title, 120), phase, prettyMs(workedMs), usageOf(usage), markdownText(said ?? '', 300)];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Task | | Phase | Work | Used | What its proof says |', '|---|---|---|---:|---|---|', ...rows].join('\n');
}

function evidenceOf(name: string, { built, tested }: Evidence = {}): string[] {
  if (!tested) return [];
  const { before, after, regression, environment, coverage } = tested;
  const checks = built?.steps.map(({ step, passed }) => `${step} ${passed ? 'passes' : 'fails'}`) ?? [];
  const parts = [
    ...(checks.length > 0 ? [checks.join(', ')] : []),
    ...(before ? [`without the change ${runOf(before)}`] : []),
    ...(after ? [`with it ${runOf(after)}`] : []),
    ...(regression ? [`the repository's own tests ${runOf(regression)}`] : []),
    ...(coverage === null ? [] : [`${coverage} % of lines covered`]),
    `isolation ${environment.isolation}, no network`,
  ];
  return [`${markdownText(name)}: ${parts.join('; ')}`];
}

function runOf({ passed, summary: { total, failed, skipped }, ended_by }: TestRun): string {
  if (ended_by) return `were ended (${ended_by})`;
  return passed ? `${total} pass${skipped > 0 ? ` (${skipped} skipped)` : ''}` : `${failed} of ${total} fail`;
}

function debugOf({ debug }: TaskRecord): string[] {
  return debug.flatMap(({ todo, attempts }) =>
    attempts.map(
      ({ number, class: kind, route, reason }) =>
        `${codeSpan(todo.id, 80)} attempt ${number}: ${kind} → ${route}: ${markdownText(reason, 300)}`,
    ),
  );
}

function refusalsOf(id: string, { refusals }: TestReport): string[] {
  return refusals.map(({ rule, path, message }) => `${markdownText(id)}: ${rule} ${codeSpan(path, 200)}: ${markdownText(message, 300)}`);
}

function placesOf({ branch, pullRequest, source, tasks }: BuildFeatureResult): string[] {
  const pull = pullRequest && linkTo(pullRequest.url);
  return [
    ...(source ? [`repository ${codeSpan(source.repository, 300)} from ${codeSpan(source.commit.slice(0, 12), 12)}`] : []),
    ...(branch ? [`result ${codeSpan(branch, 300)}`] : []),
    ...tasks.flatMap((task) => (task.branch ? [`${markdownText(task.id)} ${codeSpan(task.branch, 300)}`] : [])),
    ...(pull ? [`pull request ${pull}`] : []),
  ];
}

function usageOf({ steps, inputTokens, outputTokens, usd }: Usage): string {
  if (steps + inputTokens + outputTokens === 0) return '';
  const price = usd === null ? 'price unknown' : `${usd.toFixed(4)} USD`;
  return `${steps} steps, ${inputTokens + outputTokens} tokens, ${price}`;
}

function costOf({ usage, budget }: BuildFeatureResult): string {
  const used = usageOf(usage) || 'no model was asked';
  return `${used}; budget ${budget.steps} steps, ${budget.tokens} tokens, ${budget.minutes} minutes${budget.usd === undefined ? '' : `, ${budget.usd} USD`}`;
}
