const width = 140;

/** A value as TypeScript, laid out as the formatter would, in a line indented by `indent` with `room` taken by what stands around it. */
export function literal(value: unknown, indent = 0, room = 0): string {
  const flat = onOneLine(value);
  if (typeof value !== 'object' || value === null) return flat;
  const entries: unknown[] = Object.values(value);
  const broken = Array.isArray(value) && entries.length > 1 && isTable(entries);
  if (!broken && !entries.some(holdsTable) && indent + room + flat.length <= width) return flat;
  const margin = ' '.repeat(indent + 2);
  if (Array.isArray(value)) {
    if (entries.every((entry) => typeof entry === 'number'))
      return `[\n${filled(entries.map(onOneLine), indent + 2)}\n${' '.repeat(indent)}]`;
    return `[\n${entries.map((entry) => `${margin}${literal(entry, indent + 2, 1)},\n`).join('')}${' '.repeat(indent)}]`;
  }
  const fields = Object.entries(value).map(([key, entry]) => {
    const name = `${keyText(key)}: `;
    return `${margin}${name}${literal(entry, indent + 2, name.length + 1)},\n`;
  });
  return `{\n${fields.join('')}${' '.repeat(indent)}}`;
}

function onOneLine(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, entry]) => `${keyText(key)}: ${onOneLine(entry)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

// The formatter breaks a list of objects or of lists that have more than one part, however short it is.
function isTable(entries: readonly unknown[]): boolean {
  const arrays = entries.every((entry) => Array.isArray(entry) && entry.length > 1);
  return arrays || entries.every((entry) => isRecord(entry) && Object.keys(entry).length > 1);
}

function holdsTable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entries: unknown[] = Object.values(value);
  return (Array.isArray(value) && entries.length > 1 && isTable(entries)) || entries.some(holdsTable);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function filled(parts: readonly string[], indent: number): string {
  const lines = [''];
  for (const part of parts) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && indent + line.length + part.length + 2 > width) lines.push(`${part},`);
    else lines[lines.length - 1] = line === '' ? `${part},` : `${line} ${part},`;
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"');
  return escaped.includes("'") ? JSON.stringify(text) : `'${escaped}'`;
}

const keyText = (key: string) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key));
