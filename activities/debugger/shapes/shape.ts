export type Parameter = { /** '…' for one that is taken apart. */ name: string; required: boolean; rest: boolean };

/** What code offers under a name, as far as its text tells; `value` is what could be anything. */
export type Shape =
  | { kind: 'function'; parameters: Parameter[]; async: boolean; /** As written; absent: not said. */ returns?: string }
  | { kind: 'class'; parameters: Parameter[]; methods: ReadonlyMap<string, Shape> }
  | { kind: 'value' };

/** What a module offers; `open`: also what it takes from elsewhere, which is not looked into. */
export type Offers = { names: ReadonlyMap<string, Shape>; open: boolean };

/** `async (a, b?, ...rest) → Promise<number>` for people. */
export function shapeText(shape: Shape): string {
  if (shape.kind === 'value') return 'a value';
  const parameters = shape.parameters
    .map(({ name, required, rest }) => `${rest ? '...' : ''}${name}${required || rest ? '' : '?'}`)
    .join(', ');
  if (shape.kind === 'class') return `class (${parameters})`;
  return `${shape.async ? 'async ' : ''}function (${parameters})${shape.returns === undefined ? '' : ` → ${shape.returns}`}`;
}
