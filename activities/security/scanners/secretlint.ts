import { createEngine } from '@secretlint/node';
import { z } from 'zod';
import { fingerprintOf, severityOf, type SecurityFinding } from '../finding.ts';
import type { Scan, Scanner, Side } from '../scan.ts';

const maxFileBytes = 2 ** 20;
const maxBytes = 256 * 2 ** 20;
/** Files that are read together; a tree answers them with one process. */
const together = 200;

// Off by default, as an id alone opens nothing; but it is rarely committed without its key.
const accessKeyIds = { id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } };

const Report = z.array(
  z.object({
    messages: z.array(
      z.object({
        ruleId: z.string(),
        message: z.string(),
        severity: z.string(),
        range: z.tuple([z.number(), z.number()]),
        loc: z.object({ start: z.object({ line: z.number() }) }),
      }),
    ),
  }),
);

/** Secrets in the text of every file: keys and tokens of known services, private keys, passwords in URLs. */
export function secretlint(): Scanner {
  return { name: 'secretlint', optional: false, applies: () => true, scan };
}

async function scan(side: Side): Promise<Scan> {
  const engine = await createEngine({
    cwd: side.scratch,
    configFileJSON: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rules: [accessKeyIds] }] },
    formatter: 'json',
    color: false,
    maskSecrets: true,
  });
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
      const { ok, output } = await engine.executeOnContent({ content, filePath: `/${path}` });
      if (!ok) findings.push(...readReport(output, path, content));
    }
  }
  if (read < paths.length) side.notice(`secretlint looked at ${read} of ${paths.length} files (256 MiB)`);
  return { findings };
}

function readReport(output: string, path: string, content: string): SecurityFinding[] {
  return Report.parse(JSON.parse(output)).flatMap(({ messages }) =>
    messages.map(({ ruleId, message, severity, range, loc }) => {
      const rule = ruleId.replace('@secretlint/secretlint-rule-', '');
      return {
        scanner: 'secretlint',
        rule,
        severity: severityOf(severity),
        path,
        line: loc.start.line,
        message: message.replace(/\*{4,}/g, '****'),
        fingerprint: fingerprintOf(rule, content.slice(...range)),
      };
    }),
  );
}
