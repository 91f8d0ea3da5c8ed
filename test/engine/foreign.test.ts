import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinOrStartEngine } from '../../engine/engine.ts';
import { foreignServer } from '../../engine/foreign.ts';
import { failureType } from '../../schemas/failures.ts';

let folder: string;
let toml: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mainstay-foreign-'));
  toml = join(folder, 'temporal.toml');
  const profiles = [
    '[profile.cloud]',
    'address = "cloud:7233"',
    'namespace = "team"',
    'api_key = "k"',
    '[profile.empty]',
    'namespace = "x"',
  ];
  await writeFile(toml, profiles.join('\n'));
});

afterAll(() => rm(folder, { recursive: true }));

describe("Temporal's environment configuration", () => {
  it('names no server when it is not set', () => {
    expect(foreignServer({ HOME: folder })).toBeUndefined();
    expect(foreignServer({ HOME: folder, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: 'team' })).toBeUndefined();
  });

  it('names a server by TEMPORAL_ADDRESS, in the default namespace', () => {
    expect(foreignServer({ HOME: folder, TEMPORAL_ADDRESS: 'host:7233' })).toMatchObject({ address: 'host:7233', namespace: 'default' });
  });

  it('names a server by a profile, with its key over TLS', () => {
    expect(foreignServer({ TEMPORAL_CONFIG_FILE: toml, TEMPORAL_PROFILE: 'cloud' })).toEqual({
      address: 'cloud:7233',
      namespace: 'team',
      connectionOptions: { address: 'cloud:7233', apiKey: 'k', tls: true, metadata: undefined },
    });
  });

  it.each([
    ['a file that is not there', () => ({ TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') }), 'TEMPORAL_CONFIG_FILE'],
    ['a profile that is not in the file', () => ({ TEMPORAL_CONFIG_FILE: toml, TEMPORAL_PROFILE: 'clowd' }), "'clowd' not found"],
    ['a profile without an address', () => ({ TEMPORAL_CONFIG_FILE: toml, TEMPORAL_PROFILE: 'empty' }), 'has no address'],
  ])('is refused when it names %s', (_what, env, text) => {
    let caught: unknown;
    try {
      foreignServer(env());
    } catch (error) {
      caught = error;
    }
    expect(failureType(caught)).toBe('InvalidInput');
    expect(String(caught)).toContain(text);
  });
});

it('says which address does not answer, instead of starting a server of its own', async () => {
  const env = { HOME: folder, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const request = { home: folder, profile: 'durable', env, progress: () => undefined } as const;
  const error: unknown = await joinOrStartEngine(request).catch((failure: unknown) => failure);
  expect(failureType(error)).toBe('EngineUnavailable');
  expect(String(error)).toContain('127.0.0.1:1');
});
