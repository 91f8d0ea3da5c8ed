/** A path as git writes it in a diff: within quotes, bytes outside ASCII and control characters are escaped. */
export function readGitPath(text: string): string {
  const plain = text.replace(/\t$/, '');
  if (!plain.startsWith('"')) return plain;
  const bytes: number[] = [];
  for (const [, octal, escape, other] of plain.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(escape === undefined ? (other ?? '') : (escapes[escape] ?? escape)));
  }
  return Buffer.from(bytes).toString('utf8');
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };
