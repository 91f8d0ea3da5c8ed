/** Sections of setup.cfg or tox.ini: section → key → lines. A value goes on in the lines indented below it. */
export function readIni(text: string): Map<string, Map<string, string[]>> {
  const sections = new Map<string, Map<string, string[]>>();
  let section = new Map<string, string[]>();
  let value: string[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/(?:^|\s)[#;].*$/, '').trimEnd();
    if (line.trim() === '') continue;
    const header = /^\[([^\]]+)\]$/.exec(line);
    const sign = line.search(/[=:]/);
    if (header?.[1] !== undefined) {
      section = new Map();
      sections.set(header[1].trim(), section);
    } else if (/^\s/.test(line)) value.push(line.trim());
    else if (sign > 0) {
      const first = line.slice(sign + 1).trim();
      value = first === '' ? [] : [first];
      section.set(line.slice(0, sign).trim(), value);
    }
  }
  return sections;
}
