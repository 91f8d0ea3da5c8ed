// A small coding program that speaks the Agent Client Protocol. It runs inside a box; its first argument says how it behaves.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { type AgentContext, agent, methods, ndJsonStream } from '@agentclientprotocol/sdk';

const behaviour = process.argv[2] ?? 'work';
let folder = '';

const behaviours: Record<string, (client: AgentContext, sessionId: string, brief: string) => Promise<void>> = {
  async work(client, sessionId, brief) {
    const say = (text: string) =>
      client.notify(methods.client.session.update, {
        sessionId,
        update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
      });
    await say('I look at the file.');
    const { content } = await client.request(methods.client.fs.readTextFile, { sessionId, path: `${folder}/src/a.txt` });
    await client.notify(methods.client.session.update, {
      sessionId,
      update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'Edit src/a.txt', kind: 'edit' },
    });
    const answer = await askModel(`${brief}\n${content}`);
    const { outcome } = await client.request(methods.client.session.requestPermission, {
      sessionId,
      toolCall: { toolCallId: '1' },
      options: [
        { optionId: 'no', name: 'No', kind: 'reject_once' },
        { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
      ],
    });
    if (outcome.outcome !== 'selected' || outcome.optionId !== 'yes') throw new Error('not allowed');
    await client.request(methods.client.fs.writeTextFile, { sessionId, path: `${folder}/src/a.txt`, content: `${content}${answer}\n` });
    await writeFile(`${folder}/src/b.txt`, 'written directly\n');
    await say('Both files ');
    await say('are written.');
  },

  async outside(client, sessionId) {
    execFileSync('ln', ['-sf', '/etc/passwd', `${folder}/link`]);
    const told: string[] = [];
    for (const path of ['/etc/passwd', `${folder}/../../etc/passwd`, '../../etc/passwd', `${folder}/link`, folder]) {
      const read = client.request(methods.client.fs.readTextFile, { sessionId, path });
      told.push(
        `read ${await read.then(
          ({ content }) => content,
          () => 'refused',
        )}`,
      );
    }
    for (const path of ['/tmp/escaped', `${folder}/../escaped`]) {
      const write = client.request(methods.client.fs.writeTextFile, { sessionId, path, content: 'x' });
      told.push(
        `write ${await write.then(
          () => 'done',
          () => 'refused',
        )}`,
      );
    }
    const terminal = client.request(methods.client.terminal.create, { sessionId, command: 'id' });
    told.push(
      `terminal ${await terminal.then(
        () => 'given',
        () => 'refused',
      )}`,
    );
    await writeFile(`${folder}/told.txt`, told.join('\n'));
  },

  async look() {
    const seen = execFileSync('sh', ['-c', 'env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null; cat ~/.gemini/* 2>/dev/null; true']);
    const out = ['http://169.254.169.254/', 'http://example.com/', 'http://127.0.0.1:1/'].map((url) =>
      fetch(url, { signal: AbortSignal.timeout(3000) }).then(
        () => 'reached',
        () => 'unreachable',
      ),
    );
    await writeFile(`${folder}/seen.txt`, `${seen.toString('latin1')}\n${(await Promise.all(out)).join(' ')}`);
  },

  async many(client, sessionId) {
    for (let i = 0; i < 20; i += 1) await askModel(`question ${i}`);
    await behaviours.work!(client, sessionId, '');
  },

  async writeThenAsk() {
    await writeFile(`${folder}/src/half.txt`, 'half of it\n');
    await askModel('and now?');
  },

  async waitLong() {
    await behaviours.writeThenAsk!(undefined as never, '', '').catch(() => undefined);
    await new Promise(() => undefined);
  },

  async flood(client, sessionId) {
    const text = 'x'.repeat(100_000);
    for (;;) {
      await client.notify(methods.client.session.update, {
        sessionId,
        update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
      });
    }
  },

  async line() {
    const chunk = 'x'.repeat(1 << 20);
    process.stdout.write('{');
    for (;;) await new Promise((resolve) => process.stdout.write(chunk, resolve));
  },

  async garbage() {
    for (;;) await new Promise((resolve) => process.stdout.write('no protocol at all\n'.repeat(100), resolve));
  },

  async hang() {
    await writeFile(`${folder}/started`, '');
    await new Promise(() => undefined);
  },

  async betray() {
    await askModel('before');
    process.kill(process.ppid, 'SIGKILL');
    await new Promise(() => undefined);
  },

  async die() {
    process.stderr.write('something is badly wrong\n');
    process.exit(7);
  },
};

async function askModel(text: string): Promise<string> {
  const response = await fetch(`${process.env.GOOGLE_GEMINI_BASE_URL}/v1beta/models/gemini-2.5-flash:generateContent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': process.env.GEMINI_API_KEY ?? '' },
    body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text }] }] }),
  });
  if (!response.ok) throw new Error(`the model answered ${response.status}`);
  const answer = (await response.json()) as { candidates: { content: { parts: { text: string }[] } }[] };
  return answer.candidates[0]?.content.parts[0]?.text ?? '';
}

if (behaviour === 'mute') setInterval(() => undefined, 1000);
else {
  agent({ name: 'small-agent' })
    .onRequest(methods.agent.initialize, () => ({ protocolVersion: 1, authMethods: [] }))
    .onRequest(methods.agent.session.new, async ({ params }) => {
      folder = params.cwd;
      await readFile(`${folder}/src/a.txt`);
      return { sessionId: 's' };
    })
    .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
      const [part] = params.prompt;
      await behaviours[behaviour]!(client, params.sessionId, part?.type === 'text' ? part.text : '');
      return { stopReason: 'end_turn' };
    })
    .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
}
