import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinOrStartEngine, type Engine } from '../../engine/engine.ts';
import { findTemporalCli } from '../../engine/locate.ts';
import { missingAttributes, prepareNamespace } from '../../engine/namespace.ts';
import { keepRunsLongEnough, readRetention } from '../../engine/retention.ts';
import { failureType } from '../../schemas/failures.ts';
import { searchAttributes } from '../../schemas/names.ts';

const search = await findTemporalCli({ home: join(tmpdir(), 'none'), env: process.env });

describe.skipIf(!search.found)(`a namespace that somebody else made${search.found ? '' : ' (skipped: no Temporal CLI on PATH)'}`, () => {
  let home: string;
  let engine: Engine;
  let connection: Connection;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'mainstay-namespace-'));
    const env = { HOME: home, PATH: process.env['PATH'] };
    engine = await joinOrStartEngine({ home, profile: 'fast', env, progress: () => undefined });
    connection = await Connection.connect(engine.connectionOptions);
  });

  afterAll(async () => {
    await connection.close();
    await engine.stop();
    await rm(home, { recursive: true });
  });

  async function create(namespace: string, days: number, attributes: string[]): Promise<void> {
    const seconds = (days * 24 * 60 * 60) as unknown as Long;
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds } });
    const keywords = Object.fromEntries(attributes.map((name) => [name, 2]));
    if (attributes.length > 0) await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: keywords });
  }

  it('gets the search attributes that it lacks, keeps its own, and is ready at once', async () => {
    await create('shared', 1, ['Team', searchAttributes.repo]);
    await prepareNamespace(connection, 'shared');
    expect(await missingAttributes(connection, 'shared')).toEqual([]);
    const query = `Team = 'a' AND ${searchAttributes.awaiting} = 'b'`;
    expect(Number((await connection.workflowService.countWorkflowExecutions({ namespace: 'shared', query })).count)).toBe(0);
  });

  it('that does not exist is refused with the command that makes it', async () => {
    const error: unknown = await prepareNamespace(connection, 'nowhere').catch((failure: unknown) => failure);
    expect(failureType(error)).toBe('EngineUnavailable');
    expect(String(error)).toContain('temporal operator namespace create --namespace nowhere --retention 168h');
  });

  it('whose server refuses the search attributes is refused with the command for its operator', async () => {
    // The server has ten columns for keywords.
    const taken = Array.from({ length: 9 }, (_unused, index) => `Taken${index}`);
    await create('full', 1, taken);
    const error: unknown = await prepareNamespace(connection, 'full').catch((failure: unknown) => failure);
    expect(failureType(error)).toBe('EngineUnavailable');
    const flags = Object.values(searchAttributes).map((name) => `--name ${name} --type Keyword`);
    expect(String(error)).toContain(`temporal operator search-attribute create --namespace full ${flags.join(' ')}`);
  });

  it('keeps a retention that is longer than ours', async () => {
    await create('archive', 30, []);
    await keepRunsLongEnough(connection, 'archive');
    expect(await readRetention(connection, 'archive')).toBe(30 * 24 * 60 * 60);
  });
});
