import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../client/cli/doctor/part.ts';
import { type } from '../support/commandLine.ts';
import { temporaryFolder } from '../support/gitRepository.ts';

/** What `mainstay doctor` says of those who can think. */
async function minds(env: Record<string, string> = {}): Promise<Record<string, Part>> {
  const { out } = await type(['doctor', '--json'], { env: { MAINSTAY_LISTEN: '127.0.0.1:0', KUBECONFIG: '/nowhere', ...env } });
  const { parts } = JSON.parse(out) as { parts: Part[] };
  return Object.fromEntries(parts.filter(({ group }) => group === 'develop').map((part) => [part.name, part]));
}

describe('mainstay doctor about develop', () => {
  it('names the templates, and says what is not built without a model and how to set one', async () => {
    expect(await minds()).toMatchObject({
      'develop: templates': { found: true, detail: expect.stringContaining('http-service') },
      'develop: model': {
        found: false,
        essential: false,
        costs: 'only what a template understands is built',
        fix: expect.stringContaining('MODEL_NAME'),
      },
      'develop: programs': { found: false, essential: false, fix: expect.stringContaining('npm install -g') },
    });
  });

  it.each([
    ['gpt-5=1.25/10', 'openai/gpt-5, $1.25 in and $10.00 out per million tokens'],
    ['gpt-*=0.004/1', 'openai/gpt-5, $0.004 in and $1.00 out per million tokens'],
    ['claude-*=3/15', 'openai/gpt-5, price unknown, so a budget in dollars does not hold: set MAINSTAY_MODEL_PRICES'],
  ])('tells with the prices %s what the model costs, and never its key', async (prices, detail) => {
    const env = {
      MODEL_NAME: 'gpt-5',
      OPENAI_API_KEY: 'key-of-the-model',
      MAINSTAY_MODEL_URL: 'http://127.0.0.1:9/v1',
      MAINSTAY_MODEL_PRICES: prices,
    };
    const parts = await minds(env);
    expect(parts['develop: model']).toMatchObject({ found: true, detail });
    expect(JSON.stringify(parts)).not.toContain('key-of-the-model');
  });

  it('finds the coding programs of this machine, also by a former name', async () => {
    const folder = await temporaryFolder();
    for (const name of ['gemini', 'claude-code-acp', 'opencode']) await writeFile(join(folder, name), '');
    for (const name of ['gemini', 'claude-code-acp']) await chmod(join(folder, name), 0o755);
    const { 'develop: programs': programs } = await minds({ PATH: folder });
    expect(programs).toMatchObject({ found: true, detail: expect.stringMatching(/^claude-code, gemini-cli on this machine/) });
  });
});
