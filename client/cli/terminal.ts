import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;
export type Env = Readonly<Record<string, string | undefined>>;

/** Where the command line writes. Results go to standard output, everything else to standard error. */
export type Terminal = {
  readonly colours: Colours;
  /** A person sits at both ends: progress is redrawn in place and questions can be asked. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** A line of the result. */
  print: (text: string) => void;
  /** A line beside the result. */
  note: (text: string) => void;
  /** One value, and nothing else, on standard output. */
  json: (value: unknown) => void;
  /** Text as it is, for redrawing. */
  write: (text: string) => void;
};

type Streams = { stdin: { isTTY?: boolean }; stdout: NodeJS.WriteStream; stderr: NodeJS.WritableStream };

/** The terminal of this process; `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb` and pipes are respected. */
export function createTerminal({ stdin, stdout, stderr }: Streams, env: Env): Terminal {
  const dumb = env.TERM === 'dumb';
  return {
    colours: pc.createColors(!env.NO_COLOR && (Boolean(env.FORCE_COLOR) || (stdout.isTTY && !dumb))),
    interactive: Boolean(stdin.isTTY && stdout.isTTY) && !dumb && !env.CI,
    get columns() {
      return stdout.columns || 100;
    },
    get rows() {
      return stdout.rows || 40;
    },
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    write: (text) => void stdout.write(text),
  };
}
