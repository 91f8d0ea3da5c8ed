import type Dockerode from 'dockerode';
import { failure } from '../../schemas/failures.ts';
import type { IsolationChoice } from '../../schemas/nouns.ts';
import type { SandboxDriver, Sandboxes } from './box.ts';
import { createBubblewrapDriver } from './bubblewrap/driver.ts';
import { createDockerDriver } from './docker/driver.ts';
import { createProcessDriver } from './process/driver.ts';
import { remember } from './remember.ts';

export type SandboxesDeps = {
  /** Folder of everything that Mainstay keeps; boxes and dependencies go below it. */
  home: string;
  /** Name of the Docker image that commands run in. */
  image: string;
  docker?: Dockerode;
  /** Told what takes long, such as making the image. */
  progress?(line: string): void;
};

// Asking a daemon or bubblewrap costs up to a second; a minute later things may have been installed.
const rememberMs = 60_000;
const waysOut = 'Install and start Docker, install bubblewrap (Linux), or pass --trust if you trust this repository with your own rights.';

/** All isolation drivers of this machine and the choice among them. */
export function createSandboxes(deps: SandboxesDeps): Sandboxes {
  const drivers: SandboxDriver[] = [createDockerDriver(deps), createBubblewrapDriver(deps), createProcessDriver(deps)];
  const unavailable = new Map(drivers.map((driver) => [driver.kind, remember(rememberMs, () => reasonOf(driver))]));

  async function choose(wish: IsolationChoice, trusted: boolean): ReturnType<Sandboxes['choose']> {
    if (wish === 'process' && !trusted) {
      throw failure(
        'IsolationUnavailable',
        `isolation 'process' runs the repository's code with your rights, and it is not trusted. ${waysOut}`,
      );
    }
    const reasons: string[] = [];
    for (const driver of drivers) {
      if (wish !== 'auto' && wish !== driver.kind) continue;
      if (driver.kind === 'process' && !trusted) continue;
      const reason = await unavailable.get(driver.kind)?.();
      if (reason === undefined) return { driver, notices: wish === 'auto' ? reasons : [] };
      reasons.push(`${driver.kind} is not used: ${reason}`);
    }
    throw failure('IsolationUnavailable', `no isolation for this repository's code. ${reasons.join(' ')} ${waysOut}`);
  }

  return { choose, drivers };
}

async function reasonOf(driver: SandboxDriver): Promise<string | undefined> {
  return await driver.unavailable().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
}
