import { plainLine } from '../../../schemas/plainText.ts';
import type { FeatureView, TaskView } from '../../view.ts';
import { mindWords, usageWords } from './costs.ts';
import { iconOf } from './icons.ts';
import { type Row, rowsOf } from './rows.ts';
import { branchLines, isParked, parkedWords, taskSign, taskStory } from './taskWords.ts';
import type { Canvas } from './tree.ts';
import { elapsed } from './words.ts';

const longestTitle = 36;

/** A build below its head: who thinks and what it has used, then its tasks with their debug branches. */
export function featureLines(feature: FeatureView, tasks: readonly TaskView[], canvas: Canvas): string[] {
  const { colours, now } = canvas;
  const rows = rowsOf(tasks);
  const width = Math.max(0, ...rows.map(({ lead, node }) => lead.length + nameOf(node).length + 2));
  const parked = isParked(feature.parkedUntil, now) ? [colours.yellow(`  planner ${parkedWords(feature.parkedUntil, now)}`)] : [];
  const words = [feature.mind && mindWords(feature.mind), feature.budget && usageWords(feature)].filter((part) => part !== undefined);
  return [
    ...(words.length > 0 ? [colours.dim(`  ${words.join(' · ')}`)] : []),
    ...parked,
    ...rows.flatMap((row) => [
      taskLine({ ...row, width }, canvas),
      ...branchLines(row.node).map((text) => colours.dim(`${row.under}↳ ${text}`)),
    ]),
  ];
}

function nameOf({ id, title }: TaskView): string {
  return `${plainLine(id)} ${plainLine(title, longestTitle)}`;
}

function taskLine({ lead, node, width }: Row<TaskView> & { width: number }, { colours, now }: Canvas): string {
  const name = nameOf(node);
  const gap = ' '.repeat(Math.max(1, width - lead.length - name.length));
  const story = taskStory(node, now);
  const told = node.phase === 'failed' ? colours.red(story) : node.phase === 'accepted' ? story : colours.dim(story);
  const sign = iconOf(taskSign(node, now), colours, now);
  return `${colours.dim(lead)}${sign} ${name}${gap}${colours.dim(elapsed(node, now).padStart(7))}  ${told}`;
}
