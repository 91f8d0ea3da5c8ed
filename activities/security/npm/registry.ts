import { runHostTool, type HostEnv } from '../hostTool.ts';
import type { Side } from '../scan.ts';

/** The registry that npm on this machine uses; the repository's own .npmrc is not asked, as it could name any server. */
export async function npmRegistryOf(side: Side, env: HostEnv): Promise<string | undefined> {
  const output = await runHostTool({ command: 'npm', args: ['config', 'get', 'registry'], side, env, timeoutMs: 30_000 });
  const line = output?.stdout.split('\n').findLast((text) => /^https?:\/\//.test(text.trim()));
  return line?.trim();
}
