import type { RunView } from '../../view.ts';
import type { Terminal } from '../terminal.ts';
import { eventsBetween } from './events.ts';
import { renderTree } from './tree.ts';

/** Shows a run as it changes. */
export type Renderer = {
  update(view: RunView): void;
  /** A line that stays, above what is redrawn. */
  line(text: string): void;
  /** Leaves the last picture standing; nothing is redrawn until the next update. */
  rest(): void;
};

/** The stages as a tree that is redrawn in place. */
function treeRenderer(terminal: Terminal): Renderer {
  const drawn = { lines: 0 };
  const erase = () => (drawn.lines > 0 ? `\u001b[${drawn.lines}A\u001b[J` : '');
  return {
    update(view) {
      const all = renderTree(view, { colours: terminal.colours, columns: terminal.columns, now: Date.now() });
      // What has scrolled out of the window can no longer be redrawn.
      const lines = all.slice(0, Math.max(3, terminal.rows - 2));
      terminal.write(`${erase()}${lines.join('\n')}\n`);
      drawn.lines = lines.length;
    },
    line(text) {
      terminal.write(`${erase()}${text}\n`);
      drawn.lines = 0;
    },
    rest() {
      drawn.lines = 0;
    },
  };
}

/** One line per change, with the time of day. */
function lineRenderer(print: (text: string) => void): Renderer {
  const seen: { view?: RunView } = {};
  const stamped = (text: string) => print(`${new Date().toTimeString().slice(0, 8)} ${text}`);
  return {
    update(view) {
      for (const event of eventsBetween(seen.view, view, Date.now())) stamped(event);
      seen.view = view;
    },
    line: stamped,
    rest() {},
  };
}

/** The renderer that fits: redrawn for a person, lines for a pipe, lines on standard error when standard output is for JSON. */
export function rendererFor(terminal: Terminal, { json }: { json: boolean }): Renderer {
  if (json) return lineRenderer(terminal.note);
  return terminal.interactive ? treeRenderer(terminal) : lineRenderer(terminal.print);
}
