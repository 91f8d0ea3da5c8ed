import type { Dependency } from './dependency.ts';

/** The modules that a go.mod itself asks for; `// indirect` ones come with others. https://go.dev/ref/mod#go-mod-file */
export function readGoMod(text: string): Dependency[] {
  const found: Dependency[] = [];
  let inRequire = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*require\s*\(/.test(line)) inRequire = true;
    else if (/^\s*\)/.test(line)) inRequire = false;
    else if (inRequire || /^\s*require\s/.test(line)) {
      const entry = /^\s*(?:require\s+)?([^\s/]\S*)\s+(v\S+)\s*(\/\/\s*indirect)?/.exec(line);
      if (entry?.[1] !== undefined && entry[3] === undefined) {
        found.push({ ecosystem: 'go', name: entry[1], spec: entry[2] ?? '', development: false });
      }
    }
  }
  return found;
}
