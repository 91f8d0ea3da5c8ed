import { createEngine } from '@secretlint/node';
import { z } from 'zod';

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

/** One secret in a text; `range` is its place (UTF-16 units), `line` is from 1, `message` does not show it. */
export type FoundSecret = { rule: string; severity: string; message: string; line: number; range: readonly [from: number, to: number] };

/** Finds keys and tokens of known services, private keys, and passwords in URLs. `path` lets rules of certain file types work. */
export type SecretFinder = (content: string, path: string) => Promise<FoundSecret[]>;

/**
 * A finder that looks for no configuration on the disk; `scratch` is any folder. A `secretlint-disable` comment excuses nothing: whoever
 * brings a secret in could write one beside it.
 */
export async function createSecretFinder({ scratch }: { scratch: string }): Promise<SecretFinder> {
  const engine = await createEngine({
    cwd: scratch,
    configFileJSON: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rules: [accessKeyIds] }] },
    formatter: 'json',
    color: false,
    maskSecrets: true,
  });
  return async (content, path) => {
    const { ok, output } = await engine.executeOnContent({
      content: content.replace(/secretlint-(?:dis|en)able/g, (word) => '-'.repeat(word.length)),
      filePath: `/${path}`,
    });
    if (ok) return [];
    return Report.parse(JSON.parse(output)).flatMap(({ messages }) =>
      messages.map(({ ruleId, message, severity, range, loc }) => ({
        rule: ruleId.replace('@secretlint/secretlint-rule-', ''),
        severity,
        message: message.replace(/\*{4,}/g, '****'),
        line: loc.start.line,
        range,
      })),
    );
  };
}
