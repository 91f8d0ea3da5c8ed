import { nearest } from '../../schemas/nearest.ts';
import type { StageAgent } from '../../schemas/names.ts';
import type { Fault } from '../configuration/problem.ts';
import type { Draft } from './draft.ts';

export type Assigned = Draft & { agent: StageAgent };

/** The names that each stage needs: its `needs`; in a list the step before; a deploy in a map: all that are not deploys and do not wait for it. */
export function needsByName(drafts: readonly Assigned[]): Map<string, string[]> {
  const needs = new Map(drafts.map(({ name, options, before }) => [name, options.needs ?? before ?? []]));
  for (const deploy of drafts) {
    if (deploy.agent !== 'deploy' || deploy.before !== undefined || deploy.options.needs !== undefined) continue;
    const others = drafts.filter(({ agent, name }) => agent !== 'deploy' && !reaches(needs, name, deploy.name));
    needs.set(
      deploy.name,
      others.map(({ name }) => name),
    );
  }
  return needs;
}

/** Whether a stage waits, directly or through others, for another; every stage reaches itself. */
export function reaches(needs: ReadonlyMap<string, string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(needs.get(name) ?? []));
  }
  return false;
}

/** Needs that name no stage, and circles spelled out. */
export function needFaults(drafts: readonly Assigned[], needs: ReadonlyMap<string, string[]>): Fault[] {
  const names = drafts.map(({ name }) => name);
  const unknown = drafts.flatMap(({ options, at }) =>
    (options.needs ?? [])
      .filter((need) => !names.includes(need))
      .map((need): Fault => ({
        at: [...at, 'needs'],
        problem: `no stage is called "${need}"`,
        fix: nearest(need, names).replace(/^; /, ''),
      })),
  );
  const circle = findCircle(needs);
  if (circle === undefined) return unknown;
  const at = drafts.find(({ name }) => name === circle[0])?.at ?? ['pipeline', 'stages'];
  return [
    ...unknown,
    { at: [...at, 'needs'], problem: `stages wait for each other: ${circle.join(' → ')}`, fix: 'remove one of these needs' },
  ];
}

function findCircle(needs: ReadonlyMap<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): string[] | undefined => {
    const start = path.indexOf(name);
    if (start !== -1) return [...path.slice(start), name];
    if (done.has(name)) return undefined;
    for (const need of needs.get(name) ?? []) {
      const circle = visit(need, [...path, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of needs.keys()) {
    const circle = visit(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
