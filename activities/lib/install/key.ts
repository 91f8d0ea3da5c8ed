import { createHash } from 'node:crypto';
import type { InstallStep } from './step.ts';

// Raised when the recipes change in a way that the steps themselves do not show.
const recipe = 'install@1';

/** SHA-256 (hex) over all that decides what an install gives: the steps, their lock files and manifests, and the driver's tools. */
export function dependencyKey(steps: readonly InstallStep[], driver: { kind: string; fingerprint: string }): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([recipe, driver.kind, driver.fingerprint, steps.map(deciding)]));
  return hash.digest('hex');
}

function deciding(step: InstallStep): unknown {
  return [step.directory, step.command, sorted(step.env), sorted(step.files), sorted(step.inputs), step.keep];
}

function sorted(record: Record<string, string>): [string, string][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
