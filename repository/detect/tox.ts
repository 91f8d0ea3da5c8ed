import { readIni } from './ini.ts';

/** What tox's default environment installs: requirement lines, requirements files, extras of the project. Lines with factors or substitutions are left out. */
export function toxRequirements(text: string): { lines: string[]; files: string[]; extras: string[] } {
  const env = readIni(text).get('testenv');
  const deps = (env?.get('deps') ?? [])
    .map((line) => line.replace(/\{toxinidir\}\//g, ''))
    .filter((line) => !/[{}]|^[\w!,-]+:\s/.test(line));
  const files = deps.flatMap((line) => /^-r\s*(\S+)$/.exec(line)?.[1] ?? []);
  const extras = (env?.get('extras') ?? []).flatMap((line) => line.split(/[\s,]+/));
  const own = deps.flatMap((line) => /^(?:-e\s*)?\.\[([^\]]+)\]$/.exec(line)?.[1]?.split(/\s*,\s*/) ?? []);
  return { lines: deps.filter((line) => !/^[-.]/.test(line)), files, extras: [...extras, ...own].filter((name) => !/[{}:]/.test(name)) };
}
