import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTokens } from '../../client/gateway/tokens.ts';
import { type } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/gitRepository.ts';

const shown = (err: string) => /kept nowhere: (\S{43})\n/.exec(err)?.[1] ?? '';

describe('mainstay token', () => {
  it('makes entries that a gateway takes in one file, and shows each token once, beside them', async () => {
    const made = [
      await type(['token', 'ada', '--role', 'operator', '--role', 'approver', '--role', 'operator']),
      await type(['token', '--role', 'viewer', 'ci@acme']),
    ];
    const tokens = made.map(({ err }) => shown(err));
    const file = join(await temporaryFolder(), 'tokens.yml');
    await writeFile(file, made.map(({ out }) => out).join(''));
    const find = await openTokens({ file, home: '', log: () => undefined });
    expect(tokens.map(find)).toEqual([
      { name: 'ada', roles: ['operator', 'approver'] },
      { name: 'ci@acme', roles: ['viewer'] },
    ]);
    expect(tokens[0]).not.toBe(tokens[1]);
    for (const { out } of made) for (const token of tokens) expect(out).not.toContain(token);
  });

  it('prints one JSON object with --json', async () => {
    const { out, err } = await type(['token', 'kim', '--role', 'admin', '--json']);
    expect(JSON.parse(out)).toEqual({
      token: expect.stringMatching(/^[\w-]{43}$/),
      entry: { name: 'kim', roles: ['admin'], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(err).toBe('');
  });

  it.each([
    ['token ada', '--role'],
    ['token --role admin', "missing required argument 'name'"],
    ['token ada --role god', 'Allowed choices are viewer, operator, approver, admin'],
    ['token github:ada --role admin', 'name: a name is letters'],
  ])('refuses %s', async (line, text) => {
    const { exit, out, err } = await type(line.split(' '));
    expect(exit).toBe(2);
    expect(err).toContain(text);
    expect(out).toBe('');
  });
});
