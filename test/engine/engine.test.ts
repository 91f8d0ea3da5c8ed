import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRunningEngine, joinOrStartEngine, type Engine } from '../../engine/engine.ts';
import { findTemporalCli } from '../../engine/locate.ts';
import { missingAttributes } from '../../engine/namespace.ts';
import { commandLine, endProcess } from '../../engine/process.ts';
import { readRetention } from '../../engine/retention.ts';
import { engineFolder, readLiveState } from '../../engine/state.ts';
import { searchAttributes } from '../../schemas/names.ts';

const search = await findTemporalCli({ home: join(tmpdir(), 'none'), env: process.env });
const why = search.found ? '' : ' (skipped: no Temporal CLI on PATH)';

describe.skipIf(!search.found)(`the embedded engine${why}`, () => {
  let homes: string[];
  let home: string;

  beforeEach(async () => {
    homes = [];
    home = await newHome();
  });

  afterEach(async () => {
    for (const folder of homes) {
      const state = await readLiveState(folder);
      if (state) await endProcess(state.pid, 0);
      await rm(folder, { recursive: true, force: true });
    }
  });

  async function newHome(): Promise<string> {
    // A name that SQLite would read as an address, if it were given to it.
    const folder = await mkdtemp(join(tmpdir(), 'mainstay home?x=%20-'));
    homes.push(folder);
    return folder;
  }

  function start(folder = home): Promise<Engine> {
    const env = { HOME: folder, PATH: process.env['PATH'] };
    return joinOrStartEngine({ home: folder, profile: 'durable', env, progress: () => undefined });
  }

  async function serverPid(folder = home): Promise<number> {
    return (await readLiveState(folder))?.pid ?? 0;
  }

  async function withClient<T>(engine: Engine, work: (client: Client, connection: Connection) => Promise<T>): Promise<T> {
    const connection = await Connection.connect(engine.connectionOptions);
    try {
      return await work(new Client({ connection, namespace: engine.namespace }), connection);
    } finally {
      await connection.close();
    }
  }

  it('answers, is joined by a second call, keeps everything over a kill -9, and leaves no process when it stops', async () => {
    const first = await start();
    expect(first).toMatchObject({ owned: true, namespace: 'default', version: expect.stringMatching(/^1\./) });
    const second = await start();
    expect(second).toMatchObject({ owned: false, address: first.address });
    const typedSearchAttributes = { [searchAttributes.repo]: ['acme/shop'] };
    await withClient(first, (client) =>
      client.workflow.start('anything', { taskQueue: 'q', workflowId: 'kept', searchAttributes: typedSearchAttributes }),
    );

    await endProcess(await serverPid(), 0);
    expect(await findRunningEngine(home)).toBeUndefined();
    const again = await start();
    expect(again).toMatchObject({ owned: true, address: first.address, uiUrl: first.uiUrl });
    const query = `${searchAttributes.repo} = 'acme/shop'`;
    expect(await withClient(again, async (client) => (await client.workflow.count(query)).count)).toBe(1);

    const pid = await serverPid();
    await again.stop();
    expect(await commandLine(pid)).toBe('');
    expect(existsSync(join(engineFolder(home), 'engine.json'))).toBe(false);
    // Those who joined the engine that was killed have nothing left to stop.
    await Promise.all([first.stop(), second.stop()]);
  });

  it('keeps finished runs for a week and knows our search attributes', async () => {
    const engine = await start();
    await withClient(engine, async (_client, connection) => {
      expect(await readRetention(connection, 'default')).toBe(7 * 24 * 60 * 60);
      expect(await missingAttributes(connection, 'default')).toEqual([]);
    });
    await engine.stop();
  });

  it('goes on while another user is attached, and is taken over when its owner was killed', async () => {
    const code = `const { joinOrStartEngine } = await import(process.argv[1]);
      await joinOrStartEngine({ home: process.argv[2], profile: 'fast', env: process.env, progress: () => {} });
      console.log('up'); setInterval(() => {}, 1000);`;
    const module = new URL('../../engine/engine.ts', import.meta.url).href;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code, module, home], {
      env: { ...process.env, HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    const guest = await start();
    expect(guest.owned).toBe(false);
    const pid = await serverPid();
    await guest.stop();
    expect(await serverPid()).toBe(pid);

    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const heir = await start();
    expect(heir.owned).toBe(true);
    expect(await serverPid()).toBe(pid);
    await heir.stop();
    expect(await commandLine(pid)).toBe('');
  });

  it('starts once when two ask at the same time, and beside the engine of another home', async () => {
    const other = await newHome();
    const [one, two, beside] = await Promise.all([start(), start(), start(other)]);
    expect(new Set([one.owned, two.owned])).toEqual(new Set([true, false]));
    expect(two.address).toBe(one.address);
    expect(beside.address).not.toBe(one.address);
    await Promise.all([one.stop(), two.stop(), beside.stop()]);
  });

  it('does not trust a state file whose process is dead or another program', async () => {
    const path = join(engineFolder(home), 'engine.json');
    const stale = {
      pid: process.pid,
      address: '127.0.0.1:7233',
      uiAddress: '127.0.0.1:8233',
      profile: 'durable',
      startedAt: new Date().toISOString(),
      users: [],
    };
    await writeFile(path, JSON.stringify(stale));
    expect(await findRunningEngine(home)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
    await writeFile(path, '{"pid":');
    const engine = await start();
    expect(engine.owned).toBe(true);
    await engine.stop();
  });

  it('sets a half-made database of a killed first start aside, and tells the log of a server that cannot start', async () => {
    const database = join(engineFolder(home), 'temporal.db');
    await writeFile(database, 'half');
    const engine = await start();
    await engine.stop();

    await writeFile(database, 'broken later');
    await rm(`${database}-wal`, { force: true });
    await expect(start()).rejects.toThrow(/did not start: it ended with code 1[^]*file is not a database/);
    expect(await readFile(database, 'utf8')).toBe('broken later');
    expect(await readLiveState(home)).toBeUndefined();
  });
});
