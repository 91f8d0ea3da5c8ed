import { stripVTControlCharacters } from 'node:util';
import { isOver, type RunView, type StageView } from '../../view.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { Colours } from '../terminal.ts';
import { iconOf } from './icons.ts';
import { elapsed, storyOf } from './words.ts';

export type Canvas = { colours: Colours; columns: number; now: number };

/** The run as lines: a head, then its stages, each under the one stage that it needs; one that needs several stands at the root. */
export function renderTree(view: RunView, canvas: Canvas): string[] {
  const rows = branches(view.stages, undefined, '');
  const width = Math.max(8, ...rows.map(({ lead, stage }) => lead.length + stage.id.length + 2));
  const lines = rows.map(({ lead, stage }) => stageLine({ lead, stage, width }, canvas));
  return [headLine(view, canvas), ...lines].map((line) => cut(line, canvas.columns));
}

type Row = { lead: string; stage: StageView };

function branches(stages: readonly StageView[], parent: string | undefined, indent: string): Row[] {
  const children = stages.filter((stage) => parentOf(stage, stages) === parent);
  return children.flatMap((stage, index) => {
    const last = index === children.length - 1;
    return [{ lead: `${indent}${last ? '└─ ' : '├─ '}`, stage }, ...branches(stages, stage.id, `${indent}${last ? '   ' : '│  '}`)];
  });
}

function parentOf(stage: StageView, stages: readonly StageView[]): string | undefined {
  const [only] = stage.needs;
  return stage.needs.length === 1 && only !== stage.id && stages.some(({ id }) => id === only) ? only : undefined;
}

function stageLine({ lead, stage, width }: Row & { width: number }, { colours, now }: Canvas): string {
  const name = plainLine(stage.id);
  const gap = ' '.repeat(Math.max(1, width - lead.length - name.length));
  const time = elapsed(stage, now).padStart(7);
  const story = storyOf(stage);
  const told =
    stage.status === 'failed' && !stage.allowFailure ? colours.red(story) : stage.status === 'passed' ? story : colours.dim(story);
  return `${colours.dim(lead)}${iconOf(stage, colours, now)} ${name}${gap}${colours.dim(time)}  ${told}`;
}

/** `acme/shop main @ 9f3c2e1  running 12s`. */
function headLine(view: RunView, { colours, now }: Canvas): string {
  const what = [
    view.repository,
    view.requestedRef === 'HEAD' ? undefined : view.requestedRef,
    view.commit && `@ ${view.commit.slice(0, 7)}`,
  ];
  const state = view.paused ? 'paused' : view.stages.length === 0 && !isOver(view.status) ? 'planning' : view.status;
  const paint = { passed: colours.green, failed: colours.red, cancelled: colours.yellow, waiting: colours.yellow, running: colours.cyan };
  return `${colours.bold(plainLine(what.filter(Boolean).join(' ')))}  ${paint[view.status](state)} ${colours.dim(elapsed(view, now))}`;
}

// Colours have no width; a cut line must end them, so it is cut plain.
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : `${cutStyled(line, columns - 2)}…\u001b[0m`;
}

function cutStyled(line: string, width: number): string {
  let left = width;
  // oxlint-disable-next-line no-control-regex -- colours are what is kept whole here
  return line.replace(/\u001b\[[0-9;]*m|[^\u001b]/gu, (piece) => (piece.startsWith('\u001b') ? piece : left-- > 0 ? piece : ''));
}
