import type { ChangeRefusal } from '../../../schemas/testReport.ts';
import { isTest } from '../../lib/languages.ts';
import type { ChangedFile, ChangedFiles } from '../../lib/proof/changedFiles.ts';
import { configurationOf } from './configuration.ts';
import { manifestFaults } from './manifests.ts';

export type Guarded = {
  /** Paths of acceptance tests that the coder sees, and of those that it does not. */
  open: ReadonlySet<string>;
  hidden: ReadonlySet<string>;
};

/** Refuses changes of what decides whether a change is good: acceptance tests, CI, Mainstay's files, configuration of tests, lint and build. */
export function protectedPathRefusals({ files, paths }: ChangedFiles, { open, hidden }: Guarded): ChangeRefusal[] {
  const hadTests = [...paths].some((path) => !open.has(path) && (isTest(path) || configurationOf(path)?.ofTests === true));
  return files.flatMap((file) => {
    const message = guardOf(file, { open, hidden, hadTests }) ?? manifestFaults(file.path, file.before, file.after).join('; ');
    return message === '' ? [] : [{ rule: 'protected-path' as const, path: file.path, message }];
  });
}

function guardOf({ path, was }: ChangedFile, { open, hidden, hadTests }: Guarded & { hadTests: boolean }): string | undefined {
  if (open.has(path)) return 'is an acceptance test: put its text back, and change the code instead';
  if (hidden.has(path)) return 'is a name that is reserved for acceptance tests: choose another';
  const configures = configurationOf(path);
  if (configures?.always) return `is ${configures.what}: ${was === undefined ? 'take it away' : 'put it back'}`;
  if (configures && was !== undefined) return `is ${configures.what}: put it back`;
  if (configures?.ofTests && hadTests) return `is ${configures.what}, which this project has its own way for: take it away`;
  return undefined;
}
