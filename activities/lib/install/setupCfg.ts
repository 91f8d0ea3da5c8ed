import type { Wants } from './pyproject.ts';

/** `install_requires`, `tests_require` and the wanted extras of setup.cfg. */
export function setupCfgRequirements(text: string, wants: Wants): string[] {
  const lines: string[] = [];
  let section = '';
  let key = '';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/(?:^|\s)#.*$/, '');
    const head = /^\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^([A-Za-z][\w.-]*)\s*[=:]\s*(.*)$/.exec(line);
    if (head !== undefined) [section, key] = [head.trim(), ''];
    else if (pair) key = pair[1] ?? '';
    const value = (pair ? (pair[2] ?? '') : /^\s/.test(line) ? line : '').trim();
    if (value !== '' && isWanted(section, key, wants)) lines.push(value);
  }
  return lines;
}

function isWanted(section: string, key: string, wants: Wants): boolean {
  if (section === 'options') return key === 'install_requires' || key === 'tests_require';
  return section === 'options.extras_require' && wants.extras.includes(key);
}
