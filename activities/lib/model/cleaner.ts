import { tmpdir } from 'node:os';
import { redact } from '../redact.ts';
import { createSecretFinder, type SecretFinder } from '../secrets.ts';

/** Takes secrets out of a text before a model is shown it; `path` lets rules of certain file types work. */
export type Cleaner = (text: string, path: string) => Promise<string>;

/** Knows keys and tokens of known services, private keys, and passwords in URLs. The rules are read at the first text. */
export function createCleaner(): Cleaner {
  let finder: Promise<SecretFinder> | undefined;
  return async (text, path) => {
    if (text === '') return text;
    finder ??= createSecretFinder({ scratch: tmpdir() });
    return await redact(await finder, text, path);
  };
}
