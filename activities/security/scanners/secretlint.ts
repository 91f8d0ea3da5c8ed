import { createSecretFinder, type FoundSecret } from '../../lib/secrets.ts';
import { fingerprintOf, severityOf, type SecurityFinding } from '../finding.ts';
import type { Scan, Scanner, Side } from '../scan.ts';

const maxFileBytes = 2 ** 20;
const maxBytes = 256 * 2 ** 20;
/** Files that are read together; a tree answers them with one process. */
const together = 200;

/** Secrets in the text of every file: keys and tokens of known services, private keys, passwords in URLs. Only a waiver excuses one. */
export function secretlint(): Scanner {
  return { name: 'secretlint', optional: false, applies: () => true, scan };
}

async function scan(side: Side): Promise<Scan> {
  const find = await createSecretFinder({ scratch: side.scratch });
  const paths = await side.tree.list();
  const findings: SecurityFinding[] = [];
  let bytes = 0;
  let read = 0;
  for (; read < paths.length && bytes < maxBytes; read += together) {
    const part = paths.slice(read, read + together);
    const texts = await Promise.all(part.map((path) => side.tree.read(path, maxFileBytes)));
    for (const [i, content] of texts.entries()) {
      side.signal.throwIfAborted();
      const path = part[i];
      if (content === undefined || path === undefined) continue;
      bytes += content.length;
      findings.push(...(await find(content, path)).map((found) => findingOf(found, path, content)));
    }
  }
  if (read < paths.length) side.notice(`secretlint looked at ${read} of ${paths.length} files (256 MiB)`);
  return { findings };
}

function findingOf({ rule, severity, line, message, range }: FoundSecret, path: string, content: string): SecurityFinding {
  return {
    scanner: 'secretlint',
    rule,
    severity: severityOf(severity),
    path,
    line,
    message,
    fingerprint: fingerprintOf(rule, content.slice(...range)),
  };
}
