import type { Rule } from '../change.ts';
import type { LicenceOf } from '../licences/registries.ts';
import { commits } from './commits.ts';
import { leftovers } from './leftovers.ts';
import { licences } from './licences.ts';
import { lockFiles } from './lockFiles.ts';
import { risky } from './risky.ts';
import { secrets } from './secrets.ts';
import { size } from './size.ts';
import { tests } from './tests.ts';

/** Everything that is looked at, the gravest first. */
export function allRules(licenceOf: LicenceOf): Rule[] {
  return [secrets, leftovers, licences(licenceOf), lockFiles, risky, tests, size, commits];
}
