// Runs inside a box without network, by the box's own Node: starts a program, and carries its input, its output and every connection
// to 127.0.0.1 over standard input and output, in frames (frames.ts). It ends with the program, and with whoever holds its other end.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

const kinds = { open: 1, data: 2, end: 3, reset: 4, credit: 5, exit: 6 };
const headerBytes = 9;
const pieceBytes = 64 * 1024;
const { argv, env, files, window, connections } = JSON.parse(process.argv.at(-1));
/** Streams by channel; the program itself is channel 0. */
const channels = new Map();

function send(kind, channel, payload = Buffer.alloc(0)) {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(channel, 1);
  header.writeUInt32BE(payload.length, 5);
  return process.stdout.write(Buffer.concat([header, payload]));
}

function sendCredit(channel, bytes) {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  send(kinds.credit, channel, payload);
}

/** Sends what `from` gives as long as the other end has room, and takes what comes for `to`. */
function addChannel(number, from, to) {
  const channel = { room: window, to, resume: pump };
  channels.set(number, channel);

  function pump() {
    for (;;) {
      if (channel.room === 0) return;
      const chunk = from.read(Math.min(from.readableLength || 1, channel.room, pieceBytes)) ?? undefined;
      if (chunk === undefined) return;
      channel.room -= chunk.length;
      send(kinds.data, number, chunk);
    }
  }
  from.on('readable', pump);
  from.on('end', () => send(kinds.end, number));
  from.on('error', () => undefined);
  to.on('error', () => undefined);
}

function takeFrame(kind, number, payload) {
  const channel = channels.get(number);
  if (!channel) return;
  if (kind === kinds.data) channel.to.write(payload, () => sendCredit(number, payload.length));
  else if (kind === kinds.end) channel.to.end();
  else if (kind === kinds.reset) channel.to.destroy();
  else if (kind === kinds.credit) {
    channel.room += payload.readUInt32BE();
    channel.resume();
  }
}

let input = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk]);
  while (input.length >= headerBytes) {
    const length = input.readUInt32BE(5);
    if (input.length < headerBytes + length) return;
    takeFrame(input.readUInt8(0), input.readUInt32BE(1), input.subarray(headerBytes, headerBytes + length));
    input = input.subarray(headerBytes + length);
  }
});

let opened = 0;
const server = createServer({ allowHalfOpen: true }, (socket) => {
  opened += 1;
  const number = opened;
  send(kinds.open, number);
  addChannel(number, socket, socket);
  socket.on('close', () => {
    channels.delete(number);
    send(kinds.reset, number);
  });
});
server.maxConnections = connections;

server.listen(0, '127.0.0.1', () => {
  const fill = (text) => text.replaceAll('{origin}', `http://127.0.0.1:${server.address().port}`);
  const filled = (texts) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
  for (const [path, text] of Object.entries(filled(files))) {
    mkdirSync(dirname(join(process.env.HOME, path)), { recursive: true });
    writeFileSync(join(process.env.HOME, path), text);
  }
  const [file, ...args] = argv.map(fill);
  const program = spawn(file, args, { env: { ...process.env, ...filled(env) }, stdio: ['pipe', 'pipe', 'inherit'] });
  addChannel(0, program.stdout, program.stdin);

  function leave(code) {
    const payload = Buffer.alloc(4);
    payload.writeInt32BE(code ?? -1);
    send(kinds.exit, 0, payload);
    process.stdout.end(() => process.exit(0));
  }
  program.once('error', (error) => {
    process.stderr.write(`${file}: ${error.message}\n`);
    leave(127);
  });
  program.once('close', leave);
  process.stdin.once('end', () => {
    program.kill('SIGKILL');
    process.exit(0);
  });
});
