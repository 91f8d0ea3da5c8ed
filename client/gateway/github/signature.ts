import { Webhooks } from '@octokit/webhooks';

/** Checks `X-Hub-Signature-256` of a body, in constant time, against every secret that is valid now. */
export type SignatureCheck = (text: string, signature: string) => Promise<boolean>;

export function createSignatureCheck(secrets: readonly string[]): SignatureCheck {
  const checks = secrets.map((secret) => new Webhooks({ secret }));
  return async (text, signature) => {
    // The library takes an empty body or signature for a mistake in the program.
    if (text === '' || !/^sha256=[0-9a-f]{64}$/.test(signature)) return false;
    const answers = await Promise.all(checks.map((webhooks) => webhooks.verify(text, signature)));
    return answers.includes(true);
  };
}
