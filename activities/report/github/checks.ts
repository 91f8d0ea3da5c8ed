import type { RestEndpointMethodTypes } from '@octokit/rest';
import type { RunNews } from '../../../schemas/runNews.ts';
import type { Annotation } from './annotations.ts';
import type { Check, CheckStatus } from './checkText.ts';
import type { Desk } from './desk.ts';

type CheckRun = RestEndpointMethodTypes['checks']['listForRef']['response']['data']['check_runs'][number];
type Fields = Omit<Check, 'attempt' | 'title' | 'summary' | 'name'> & { external_id: string };
type Wanted = { check: Check; prefix: string; annotations: () => Promise<Annotation[]>; mayCreate: boolean };

const mostPerCall = 50;
const ranks: Readonly<Record<CheckStatus, number>> = { queued: 0, in_progress: 1, completed: 2 };

/**
 * Makes a stage's check run look as wanted. Its external id is `<run's key>/<stage>/<attempt>`: another run on the same commit has its own, and
 * a stage that is done again gets a new one, since what a check has told by annotations cannot be taken back.
 */
export async function showCheck(desk: Desk, commit: string, shown: readonly CheckRun[], wanted: Wanted): Promise<void> {
  const { check, prefix } = wanted;
  const latest = attemptsOf(shown, check.name, prefix).at(-1);
  const fields = fieldsOf(check, prefix);
  if (latest?.run.status === 'completed' && latest.attempt < check.attempt) {
    if (wanted.mayCreate) await create(desk, commit, fields, wanted);
  } else if (latest)
    await update(desk, latest.run, fieldsOf({ ...check, attempt: Math.max(latest.attempt, check.attempt) }, prefix), wanted);
  else if (wanted.mayCreate) await create(desk, commit, fields, wanted);
}

/** All check runs of a commit, also those that a newer one of the same name hides. */
export async function checksOf({ octokit, at }: Desk, commit: string): Promise<CheckRun[]> {
  return await octokit.paginate(octokit.rest.checks.listForRef, { ...at, ref: commit, filter: 'all', per_page: 100 });
}

export function prefixOf({ key }: RunNews, stage: string): string {
  return `${key}/${stage}/`;
}

async function create(desk: Desk, commit: string, fields: Fields, wanted: Wanted): Promise<void> {
  const { octokit, at } = desk;
  const { check, prefix } = wanted;
  const lines = check.status === 'completed' ? await wanted.annotations() : [];
  // Completed only by the last call, so that a break in between is noticed.
  const first =
    lines.length > mostPerCall
      ? { ...open(fields), output: outputOf(check, lines.slice(0, mostPerCall)) }
      : { ...fields, output: outputOf(check, lines) };
  const { data: made } = await octokit.rest.checks.create({ ...at, name: check.name, head_sha: commit, ...first });
  // Another attempt may have looked at the same time: the oldest stays, the other no longer counts under the stage's name.
  const doubles = attemptsOf(await checksOf(desk, commit), check.name, prefix).filter(({ attempt }) => attempt === check.attempt);
  const [kept, ...rest] = doubles.toSorted((a, b) => a.run.id - b.run.id);
  for (const { run } of rest) await retire(desk, run);
  if (lines.length > mostPerCall && (kept === undefined || kept.run.id === made.id))
    await addLines(desk, made.id, fields, check, lines.slice(mostPerCall));
}

async function update(desk: Desk, run: CheckRun, fields: Fields, wanted: Wanted): Promise<void> {
  const { check } = wanted;
  // News that come late; a try that has ended is not opened again.
  if (ranks[check.status] < ranks[run.status as CheckStatus]) return;
  const completes = check.status === 'completed' && run.status !== 'completed';
  if (completes) {
    const lines = await wanted.annotations();
    return addLines(desk, run.id, fields, check, lines.slice(run.output.annotations_count));
  }
  if (!isSame(run, fields, check))
    await desk.octokit.rest.checks.update({ ...desk.at, check_run_id: run.id, ...fields, output: outputOf(check, []) });
}

/** Adds what GitHub does not show yet, 50 at a time; the last call makes the check what it is to be. */
async function addLines({ octokit, at }: Desk, id: number, fields: Fields, check: Check, lines: Annotation[]): Promise<void> {
  for (let from = 0; ; from += mostPerCall) {
    const last = from + mostPerCall >= lines.length;
    const output = outputOf(check, lines.slice(from, from + mostPerCall));
    await octokit.rest.checks.update({ ...at, check_run_id: id, ...(last ? fields : open(fields)), output });
    if (last) return;
  }
}

async function retire({ octokit, at }: Desk, { id, name, external_id }: CheckRun): Promise<void> {
  const output = { title: 'Shown twice', summary: 'This check was made twice; the other one counts.' };
  const gone = {
    name: `${name} (made twice)`,
    external_id: `made-twice/${external_id ?? id}`,
    status: 'completed' as const,
    conclusion: 'skipped' as const,
  };
  await octokit.rest.checks.update({ ...at, check_run_id: id, ...gone, output });
}

function attemptsOf(shown: readonly CheckRun[], name: string, prefix: string): { run: CheckRun; attempt: number }[] {
  return shown
    .filter((run) => run.name === name && run.external_id?.startsWith(prefix))
    .map((run) => ({ run, attempt: Number(run.external_id?.slice(prefix.length)) }))
    .filter(({ attempt }) => Number.isSafeInteger(attempt))
    .toSorted((a, b) => a.attempt - b.attempt || b.run.id - a.run.id);
}

function fieldsOf({ attempt, status, conclusion, started_at, completed_at, details_url }: Check, prefix: string): Fields {
  return {
    external_id: `${prefix}${attempt}`,
    status,
    ...(conclusion === undefined ? {} : { conclusion }),
    ...(completed_at === undefined ? {} : { completed_at }),
    ...(started_at === undefined ? {} : { started_at }),
    ...(details_url === undefined ? {} : { details_url }),
  };
}

function open({ external_id, started_at, details_url }: Fields): Fields {
  return { external_id, status: 'in_progress', ...(started_at ? { started_at } : {}), ...(details_url ? { details_url } : {}) };
}

function outputOf({ title, summary }: Check, annotations: Annotation[]) {
  return { title, summary, ...(annotations.length === 0 ? {} : { annotations }) };
}

function isSame(run: CheckRun, fields: Fields, { title, summary }: Check): boolean {
  return (
    run.external_id === fields.external_id &&
    run.status === fields.status &&
    run.conclusion === (fields.conclusion ?? null) &&
    sameTime(run.started_at, fields.started_at) &&
    sameTime(run.completed_at, fields.completed_at) &&
    (fields.details_url === undefined || run.details_url === fields.details_url) &&
    run.output.title === title &&
    (run.output.summary ?? '').trim() === summary.trim()
  );
}

// GitHub keeps whole seconds.
function sameTime(shown: string | null, wanted: string | undefined): boolean {
  return wanted === undefined || (shown !== null && Math.abs(Date.parse(shown) - Date.parse(wanted)) < 1000);
}
