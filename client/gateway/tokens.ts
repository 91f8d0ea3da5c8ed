import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';

/** What the bearer of a token may do: look (every role may), start and steer runs, decide about approvals, everything. */
export const roles = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Somebody who calls the API. `name` stands in the record as `http:<name>`. */
export type Caller = { name: string; roles: readonly Role[] };

/** Finds whose token it is, in a time that tells nothing about the others. */
export type Tokens = (token: string) => Caller | undefined;

const TokenEntry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,79}$/, 'a name is letters, digits, dots, @, _ and -'),
  roles: z.array(z.enum(roles)).min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of the token, 64 lower-case hex digits'),
});
/** What the list of tokens knows of one: not the token. */
export type TokenEntry = z.infer<typeof TokenEntry>;

const TokenList = z
  .array(TokenEntry)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'two tokens have the same name');

type Place = { file?: string; home: string; log: (text: string) => void };

/**
 * The tokens of `file`, a YAML or JSON list of `{name, roles, sha256}`. Without a file one random token with all rights, made once and kept
 * for its owner alone under `<home>/gateway/token`. `InvalidInput` says what is wrong in the file.
 */
export async function openTokens({ file, home, log }: Place): Promise<Tokens> {
  if (file !== undefined) return findIn(await readList(file));
  const { token, path } = await ownToken(home);
  log(`the API's token, with all rights, is in ${path}; set MAINSTAY_API_TOKENS_FILE for tokens with roles`);
  return findIn([{ name: 'admin', roles: ['admin'], sha256: hashOf(token).toString('hex') }]);
}

/** A new random token, known to nobody else, and its entry for the list. `InvalidInput` for a name that no caller can have. */
export function makeToken(caller: Caller): { token: string; entry: TokenEntry } {
  const token = randomToken();
  const parsed = TokenEntry.safeParse({ name: caller.name, roles: [...new Set(caller.roles)], sha256: hashOf(token).toString('hex') });
  if (parsed.success) return { token, entry: parsed.data };
  const issue = parsed.error.issues[0];
  throw failure('InvalidInput', `${issue?.path.join('.')}: ${issue?.message}`);
}

/** True when one of the caller's roles is enough; `admin` always is. */
export function mayAct(caller: Caller, role: Role): boolean {
  return role === 'viewer' || caller.roles.includes('admin') || caller.roles.includes(role);
}

function findIn(list: z.infer<typeof TokenList>): Tokens {
  const known = list.map(({ sha256, ...caller }) => ({ caller, hash: Buffer.from(sha256, 'hex') }));
  return (token) => {
    const given = hashOf(token);
    return known.filter(({ hash }) => timingSafeEqual(hash, given))[0]?.caller;
  };
}

async function readList(file: string): Promise<z.infer<typeof TokenList>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw failure('InvalidInput', `MAINSTAY_API_TOKENS_FILE: ${file} cannot be read (${error.code})`);
  });
  const parsed = TokenList.safeParse(yamlOf(file, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw failure('InvalidInput', `MAINSTAY_API_TOKENS_FILE: ${file}: ${[...(issue?.path ?? []), issue?.message].join('.')}`);
}

function yamlOf(file: string, text: string): unknown {
  try {
    return parse(text, { schema: 'core', maxAliasCount: 0 });
  } catch (cause) {
    throw failure('InvalidInput', `MAINSTAY_API_TOKENS_FILE: ${file} is not YAML`, undefined, cause);
  }
}

async function ownToken(home: string): Promise<{ token: string; path: string }> {
  const folder = join(home, 'gateway');
  const path = join(folder, 'token');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Made beside and put in place whole: of two gateways that start at once, both use the one that came first.
  const draft = join(folder, `token.${process.pid}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(draft, `${randomToken()}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw failure('StoreFull', `the API's token cannot be kept in ${path} (${(error as NodeJS.ErrnoException).code})`, undefined, error);
  } finally {
    await rm(draft, { force: true });
  }
  const token = (await readFile(path, 'utf8')).trim();
  if (token.length >= 32) return { token, path };
  throw failure('InvalidInput', `${path} holds no token of ours: remove it, and a new one is made`);
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
