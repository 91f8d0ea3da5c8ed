import { readFileSync } from 'node:fs';

/** The text of a file that is the same in every service; it stands in `parts/`. */
export function part(name: string): string {
  return readFileSync(new URL(`parts/${name}`, import.meta.url), 'utf8');
}
