import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What is kept: a value under the id that the store gave it. */
export type Kept<T> = T & { id: string };

/** Values in the order in which they were created. */
export type Store<T extends object> = {
  create(value: T): Kept<T>;
  read(id: string): Kept<T> | undefined;
  /** Takes the place of what was there; undefined when nothing was. */
  replace(id: string, value: T): Kept<T> | undefined;
  /** False when nothing was there. */
  remove(id: string): boolean;
  /** Those whose properties equal all of `where`; `total` counts them without limit and offset. */
  list(query: { where?: Partial<T>; limit: number; offset: number }): { items: Kept<T>[]; total: number };
};

/** Opens a store that keeps its values in a file, one JSON line per change; without a file it forgets them when the process ends. */
export function openStore<T extends object>(file?: string): Store<T> {
  const values = file === undefined ? new Map<string, T>() : load<T>(file);
  const keep = (id: string, value: T | null): void => {
    // Written first: what the caller is told is kept must be.
    if (file !== undefined) appendFileSync(file, line(id, value));
    if (value === null) values.delete(id);
    else values.set(id, structuredClone(value));
  };
  const shown = (id: string, value: T): Kept<T> => ({ ...structuredClone(value), id });
  const store: Store<T> = {
    create(value) {
      const id = randomUUID();
      keep(id, value);
      return shown(id, value);
    },
    read(id) {
      const value = values.get(id);
      return value === undefined ? undefined : shown(id, value);
    },
    replace(id, value) {
      if (!values.has(id)) return undefined;
      keep(id, value);
      return shown(id, value);
    },
    remove(id) {
      if (!values.has(id)) return false;
      keep(id, null);
      return true;
    },
    list({ where = {}, limit, offset }) {
      const wanted = Object.entries(where);
      const found = [...values].filter(([, value]) => wanted.every(([key, one]) => (value as Record<string, unknown>)[key] === one));
      return { items: found.slice(offset, offset + limit).map(([id, value]) => shown(id, value)), total: found.length };
    },
  };
  return store;
}

function line(id: string, value: object | null): string {
  return `${JSON.stringify({ id, value })}\n`;
}

/** Reads the changes, and writes the file anew without what was replaced, removed or torn by a crash. */
function load<T extends object>(file: string): Map<string, T> {
  const values = new Map<string, T>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [''];
  // After the last line end stands nothing, or a line whose writing was cut off.
  for (const [i, text] of lines.slice(0, -1).entries()) {
    const { id, value } = change(text, `${file}:${i + 1}`);
    if (value === null) values.delete(id);
    else values.set(id, value as T);
  }
  writeFileSync(`${file}.new`, [...values].map(([id, value]) => line(id, value)).join(''));
  renameSync(`${file}.new`, file);
  return values;
}

function change(text: string, place: string): { id: string; value: object | null } {
  try {
    return JSON.parse(text) as { id: string; value: object | null };
  } catch (error) {
    throw new Error(`${place} is damaged: restore the file from a copy, or remove the line`, { cause: error });
  }
}
