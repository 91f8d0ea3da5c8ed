import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A word that stands at one place of this machine and must be found nowhere else. */
export function newCanary(): string {
  return `canary${randomBytes(12).toString('hex')}`;
}

/** Names of the canaries that stand in a text: as they are, backwards, or in hexadecimal or base64 at any offset. */
export function canariesIn(content: Buffer | string, canaries: Readonly<Record<string, string>>): string[] {
  const text = typeof content === 'string' ? content : content.toString('latin1');
  return Object.entries(canaries).flatMap(([name, word]) => (formsOf(word).some((form) => text.includes(form)) ? [name] : []));
}

function formsOf(word: string): string[] {
  const shifted = [0, 1, 2].map((before) => Buffer.from('x'.repeat(before) + word).toString('base64'));
  return [word, word.split('').reverse().join(''), Buffer.from(word).toString('hex'), ...shifted.map((form) => form.slice(4, -4))];
}

/** Every file under a folder that holds a canary, with its name; packs of git are looked into. */
export async function canariesBelow(folder: string, canaries: Readonly<Record<string, string>>): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) {
      const content = await readFile(path).catch(() => Buffer.alloc(0));
      found.push(...canariesIn(content, canaries).map((name) => `${name} in ${path}`));
    }
    if (entry.name === 'objects' && entry.isDirectory()) {
      found.push(...canariesIn(await objectsOf(entry.parentPath), canaries).map((name) => `${name} in the objects of ${entry.parentPath}`));
    }
  }
  return found;
}

/** Everything that a repository keeps, whatever refers to it. */
async function objectsOf(repository: string): Promise<Buffer> {
  const args = ['-c', 'safe.directory=*', '--git-dir', repository, 'cat-file', '--batch-all-objects', '--batch'];
  const { stdout } = await execa('git', args, { encoding: 'buffer', reject: false, maxBuffer: 2 ** 28 });
  return Buffer.from(stdout ?? []);
}
