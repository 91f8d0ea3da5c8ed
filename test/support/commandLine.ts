import { Readable } from 'node:stream';
import type { Client } from '@temporalio/client';
import pc from 'picocolors';
import { createComposition } from '../../client/cli/compose.ts';
import type { Cli, Session } from '../../client/cli/context.ts';
import { createProgram } from '../../client/cli/program.ts';
import { reportError } from '../../client/cli/reportError.ts';
import { readAll } from '../../client/cli/standardInput.ts';
import type { Terminal } from '../../client/cli/terminal.ts';

export type Typed = { exit: number; out: string; err: string };

/** Runs one command line in this process, piped; `client` is the server that it finds, `env` its settings, `input` what is piped in. */
export async function type(
  line: readonly string[],
  { client, env = {}, input = '' }: { client?: Client; env?: Record<string, string>; input?: string } = {},
): Promise<Typed> {
  const said = { out: '', err: '' };
  const terminal: Terminal = {
    colours: pc.createColors(false),
    interactive: false,
    columns: 100,
    rows: 40,
    print: (text) => void (said.out += `${text}\n`),
    note: (text) => void (said.err += `${text}\n`),
    json: (value) => void (said.out += `${JSON.stringify(value)}\n`),
    write: (text) => void (said.out += text),
  };
  const refused = () => Promise.reject(new TypeError('this test has no server'));
  const interrupted = new AbortController().signal;
  const composition = createComposition({ env, terminal, interrupted });
  const cli: Cli = {
    terminal,
    env,
    cwd: process.cwd(),
    input: () => readAll(Readable.from([input])),
    interrupted,
    interrupt: () => undefined,
    composition: {
      ...composition,
      open: client ? async () => sessionOn(client) : refused,
      // A folder of the test's own, or none at all.
      store: env['MAINSTAY_HOME'] === undefined ? refused : composition.store,
      sample: refused,
      temporal: async () => ({ found: false, obtainable: false }),
    },
    outcome: { code: 0 },
  };
  try {
    await createProgram(cli).parseAsync([...line], { from: 'user' });
  } catch (error) {
    cli.outcome.code = reportError(error, terminal, env);
  }
  return { exit: cli.outcome.code, ...said };
}

function sessionOn(client: Client): Session {
  return {
    client,
    embedded: false,
    address: 'test',
    uiUrl: 'http://ui.test',
    serve: async () => undefined,
    listen: async () => ({ url: 'http://gateway.test', notes: [] }),
    served: new Promise(() => undefined),
    close: async () => undefined,
  };
}
