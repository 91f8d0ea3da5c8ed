import type Dockerode from 'dockerode';
import { capture } from './execute.ts';

/** How often the kernel has ended a process of this container for memory; undefined where its control group cannot be seen (gVisor). */
export async function memoryKills(container: Dockerode.Container): Promise<number | undefined> {
  const files = '/sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events';
  const text = await capture(container, ['sh', '-c', `cat ${files} 2>/dev/null; true`], 4096).catch(() => undefined);
  const count = /^oom_kill (\d+)$/m.exec(text?.toString('utf8') ?? '')?.[1];
  return count === undefined ? undefined : Number(count);
}
