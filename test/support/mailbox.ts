import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Mailbox = Awaited<ReturnType<typeof startMailbox>>;
/** What the server answers to a recipient or, with `cut`, does after it has taken the mail; undefined: all is well. */
export type MailFault = { code: number } | { cut: true };

/** A real SMTP server on loopback that keeps what it takes. `fault` is asked for each mail. */
export async function startMailbox(
  options: { fault?: (to: string) => MailFault | undefined; login?: { user: string; pass: string } } = {},
) {
  const mails: (Email & { raw: string })[] = [];
  const settings: SMTPServerOptions = {
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      const fits = username === options.login?.user && password === options.login?.pass;
      done(fits ? null : Object.assign(new Error('wrong password'), { responseCode: 535 }), { user: username });
    },
    onRcptTo({ address }, _session, done) {
      const fault = options.fault?.(address);
      if (fault && 'code' in fault) return done(Object.assign(new Error('not taken'), { responseCode: fault.code }));
      done();
    },
    onData(stream, session, done) {
      void keep(stream, session.envelope.rcptTo[0]?.address ?? '', done);
    },
  };

  async function keep(stream: Readable, to: string, done: () => void): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    const raw = Buffer.concat(parts).toString('utf8');
    mails.push({ ...(await PostalMime.parse(raw)), raw });
    // The mail is there, and its sender does not learn of it.
    if (options.fault?.(`taken:${to}`) === undefined) return done();
    for (const socket of sockets) socket.destroy();
  }

  const sockets = new Set<Socket>();
  const server = new SMTPServer(settings);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  return {
    url: `smtp://127.0.0.1:${port}`,
    /** The same with credentials. */
    urlAs: ({ user, pass }: { user: string; pass: string }) =>
      `smtp://${encodeURIComponent(user)}:${encodeURIComponent(pass)}@127.0.0.1:${port}`,
    mails,
    recipients: () => mails.map(({ to }) => to?.[0]?.address ?? ''),
    close: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
