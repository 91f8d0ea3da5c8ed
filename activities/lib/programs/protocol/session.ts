import type { Duplex } from 'node:stream';
import { PROTOCOL_VERSION, type PermissionOption, RequestError, type StopReason, client, methods } from '@agentclientprotocol/sdk';
import type { Box } from '../../../sandbox/box.ts';
import type { Account } from './account.ts';
import { boxFiles } from './boxFiles.ts';
import { messageStream } from './messages.ts';

export type SessionDeps = {
  /** The program's input and output. */
  program: Duplex;
  box: Pick<Box, 'root' | 'readText' | 'writeText'>;
  /** Working directory, an absolute path in the box. */
  directory: string;
  brief: string;
  account: Account;
  /** Ways of signing in that work with a key from the environment, by preference. */
  signIns: readonly string[];
  /** Whether the program is told that it may ask for files. */
  offerFiles: boolean;
  /** Milliseconds for a program to greet: a slow start takes seconds. */
  greetingMs: number;
  /** Aborted to have the program stop by itself. */
  stop: AbortSignal;
};

const authRequired = -32_000;

/** Speaks with a coding program until it has done what the brief asks. Fails with `ModelFailed` on a flood or no protocol, else with the library's error. */
export async function holdSession(deps: SessionDeps): Promise<StopReason> {
  const files = boxFiles(deps.box);
  const app = client({ name: 'mainstay' })
    // All is allowed: a program's tools change the box without asking anyway, nothing else is in reach, and the proof judges the change.
    .onRequest(methods.client.session.requestPermission, ({ params }) => ({ outcome: allow(params.options) }))
    .onRequest(methods.client.fs.readTextFile, async ({ params }) => await files.read(params))
    .onRequest(methods.client.fs.writeTextFile, async ({ params }) => {
      await files.write(params);
      return {};
    })
    .onNotification(
      methods.client.session.update,
      (params: unknown) => params,
      ({ params }) => deps.account.take(params),
    )
    // Extensions of programs, which nothing here needs.
    .onNotification('*', () => undefined);
  // The connection itself only says that it is closed.
  let broken: unknown;
  const connection = app.connect(messageStream(deps.program, (error) => (broken = error)));
  const { agent } = connection;

  try {
    const greeting = { cancellationSignal: AbortSignal.timeout(deps.greetingMs), stopWaitingOnCancel: true };
    const { authMethods = [] } = await agent.request(
      methods.agent.initialize,
      {
        protocolVersion: PROTOCOL_VERSION,
        clientInfo: { name: 'mainstay', version: '1' },
        clientCapabilities: { fs: { readTextFile: deps.offerFiles, writeTextFile: deps.offerFiles }, terminal: false },
      },
      greeting,
    );
    const open = () => agent.request(methods.agent.session.new, { cwd: deps.directory, mcpServers: [] }, greeting);
    const { sessionId } = await open().catch(async (error: unknown) => {
      const methodId = deps.signIns.find((id) => authMethods.some((method) => method.id === id));
      if (!(error instanceof RequestError) || error.code !== authRequired || methodId === undefined) throw error;
      await agent.request(methods.agent.authenticate, { methodId }, greeting);
      return await open();
    });
    const cancel = () => void agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => undefined);
    if (deps.stop.aborted) return 'cancelled';
    deps.stop.addEventListener('abort', cancel, { once: true });
    const { stopReason } = await agent.request(methods.agent.session.prompt, {
      sessionId,
      prompt: [{ type: 'text', text: deps.brief }],
    });
    return stopReason;
  } catch (error) {
    throw broken ?? error;
  } finally {
    connection.close();
  }
}

function allow(options: readonly PermissionOption[]) {
  const chosen = options.find(({ kind }) => kind === 'allow_once') ?? options.find(({ kind }) => kind === 'allow_always');
  return chosen ? { outcome: 'selected' as const, optionId: chosen.optionId } : { outcome: 'cancelled' as const };
}
