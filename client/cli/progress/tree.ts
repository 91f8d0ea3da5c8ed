import { stripVTControlCharacters } from 'node:util';
import { isOver, type RunView, type StageView } from '../../view.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { Colours } from '../terminal.ts';
import { iconOf } from './icons.ts';
import { type Row, rowsOf } from './rows.ts';
import { featureLines } from './taskTree.ts';
import { elapsed, storyOf } from './words.ts';

export type Canvas = { colours: Colours; columns: number; now: number };

/** The run as lines: a head, then its stages or tasks, each under the one that it needs; one that needs several stands at the root. */
export function renderTree(view: RunView, canvas: Canvas): string[] {
  const rows = rowsOf(view.stages);
  const width = Math.max(8, ...rows.map(({ lead, node }) => lead.length + node.id.length + 2));
  const lines = rows.map((row) => stageLine({ ...row, width }, canvas));
  const tasks = view.feature ? featureLines(view.feature, view.tasks, canvas) : [];
  return [headLine(view, canvas), ...tasks, ...lines].map((line) => cut(line, canvas.columns));
}

function stageLine({ lead, node: stage, width }: Row<StageView> & { width: number }, { colours, now }: Canvas): string {
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
  const state = view.paused ? 'paused' : isOver(view.status) ? view.status : presentState(view);
  const paint = { passed: colours.green, failed: colours.red, cancelled: colours.yellow, waiting: colours.yellow, running: colours.cyan };
  return `${colours.bold(plainLine(what.filter(Boolean).join(' ')))}  ${paint[view.status](state)} ${colours.dim(elapsed(view, now))}`;
}

function presentState({ flow, status, phase, stages }: RunView): string {
  if (flow === 'runPipeline') return stages.length === 0 ? 'planning' : status;
  return phase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`) || status;
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
