import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayAct, openTokens, type Role } from '../../../client/gateway/tokens.ts';
import { expectFailure } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

const hash = (token: string) => createHash('sha256').update(token).digest('hex');
const quiet = () => undefined;

async function listed(text: string) {
  const home = await temporaryFolder();
  const file = join(home, 'tokens.yml');
  await writeFile(file, text);
  return await openTokens({ file, home, log: quiet });
}

describe('tokens', () => {
  it('of a file are known by their hash, each with its name and roles', async () => {
    const find = await listed(`
- { name: ada, roles: [approver], sha256: ${hash('ada’s token')} }
- { name: ci, roles: [operator, viewer], sha256: ${hash('ci’s token')} }
`);
    expect(find('ada’s token')).toEqual({ name: 'ada', roles: ['approver'] });
    expect(find('ci’s token')).toEqual({ name: 'ci', roles: ['operator', 'viewer'] });
    expect([find('ci’s toke'), find(''), find(hash('ci’s token'))]).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string, string]>([
    ['a token in clear', '- { name: ada, roles: [admin], token: secret }'],
    ['an unknown role', `- { name: ada, roles: [god], sha256: ${hash('x')} }`],
    ['no role', `- { name: ada, roles: [], sha256: ${hash('x')} }`],
    ['a short hash', '- { name: ada, roles: [admin], sha256: abc }'],
    ['a name that reads like another account', `- { name: "github:ada", roles: [admin], sha256: ${hash('x')} }`],
    ['two of a name', `[1, 2]`.replace(/\d/g, (n) => `{ name: ada, roles: [admin], sha256: ${hash(n)} }`)],
    ['no list', 'name: ada'],
    ['no YAML', '- {'],
  ])('are refused when the file holds %s', async (_, text) => {
    await expectFailure(listed(text), 'InvalidInput', 'MAINSTAY_API_TOKENS_FILE: ');
  });

  it('without a file are one random token, for its owner alone, the same after a restart and for gateways that start at once', async () => {
    const home = await temporaryFolder();
    const log: string[] = [];
    const opened = await Promise.all(Array.from({ length: 5 }, () => openTokens({ home, log: (text) => log.push(text) })));
    const path = join(home, 'gateway', 'token');
    const token = (await readFile(path, 'utf8')).trim();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(token.length).toBeGreaterThanOrEqual(43);
    for (const find of opened) expect(find(token)).toEqual({ name: 'admin', roles: ['admin'] });
    expect(log[0]).toContain(path);
    expect(log.join('')).not.toContain(token);
  });
});

describe('a role', () => {
  it.each<[Role, Role[]]>([
    ['viewer', ['viewer']],
    ['operator', ['viewer', 'operator']],
    ['approver', ['viewer', 'approver']],
    ['admin', ['viewer', 'operator', 'approver', 'admin']],
  ])('%s may act as %j', (role, may) => {
    const all: Role[] = ['viewer', 'operator', 'approver', 'admin'];
    expect(all.filter((wanted) => mayAct({ name: 'x', roles: [role] }, wanted))).toEqual(may);
  });
});
