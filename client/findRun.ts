import type { Client } from '@temporalio/client';
import { distance } from 'fastest-levenshtein';
import { failure } from '../schemas/failures.ts';
import { listRuns } from './runs.ts';
import type { RunSummary } from './view.ts';

// Visibility is asked for the newest runs only: an older one is found by its full id.
const searched = 500;
const shortestPrefix = 3;

/**
 * The newest run that a person means by `name`: a workflow id, the start of any part of it (`9f3c2e1`, `acme/shop`), the start of a
 * run id, or `last`. `RunNotFound` names the nearest; `InvalidInput` lists them when several fit.
 */
export async function findRun(client: Client, name: string): Promise<RunSummary> {
  return chooseRun(name, await listRuns(client, { limit: searched }));
}

/** The choice among runs, newest first; see `findRun`. */
export function chooseRun(name: string, runs: readonly RunSummary[]): RunSummary {
  if (runs.length === 0) throw failure('RunNotFound', 'there are no runs yet: start one with `mainstay run pipeline`');
  const wanted = name.replace(/\/+$/, '');
  if (wanted === 'last' && runs[0]) return runs[0];
  const exact = runs.find((run) => run.workflowId === wanted || run.runId === wanted);
  if (exact) return exact;
  const fitting = wanted.length >= shortestPrefix ? runs.filter((run) => fits(wanted, run)) : [];
  const ids = [...new Set(fitting.map((run) => run.workflowId))];
  if (ids.length > 1) throw failure('InvalidInput', `${name} fits several runs: ${some(ids)}; write more of the id`, { ids });
  if (fitting[0]) return fitting[0];
  const nearest = nearestIds(wanted, runs);
  throw failure('RunNotFound', `no run is called ${name}; the nearest: ${some(nearest)} (\`mainstay runs\` lists all)`, { nearest });
}

function fits(wanted: string, run: RunSummary): boolean {
  return run.runId.startsWith(wanted) || `/${run.workflowId}/`.includes(`/${wanted}`);
}

function nearestIds(wanted: string, runs: readonly RunSummary[]): string[] {
  const away = (run: RunSummary): number =>
    Math.min(distance(wanted, run.shortId), distance(wanted, run.workflowId), distance(wanted, run.runId.slice(0, wanted.length)));
  const ids = [...runs].sort((a, b) => away(a) - away(b)).map((run) => run.workflowId);
  return [...new Set(ids)].slice(0, 3);
}

function some(ids: readonly string[]): string {
  return ids.slice(0, 5).join(', ') + (ids.length > 5 ? `, and ${ids.length - 5} more` : '');
}
