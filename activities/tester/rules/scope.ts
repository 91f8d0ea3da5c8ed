import type { ChangeRefusal } from '../../../schemas/testReport.ts';
import type { ChangedFile } from '../../lib/proof/changedFiles.ts';

const installed = /(?:^|\/)(?:node_modules|\.venv|site-packages|\.mainstay-out|\.mainstay-deps|\.yarn\/(?:cache|releases|plugins))\//;
const shadows = /^(?:src\/)?(?:_?pytest|unittest|doctest|hypothesis|coverage|nose|assert|typing)(?:\.py$|\/)/;
const reports = /(?:^|\/)(?:junit[^/]*\.xml|TEST-[^/]*\.xml|test_report\.json|lcov\.info)$|(?:^|\/)(?:test-results|surefire-reports)\//i;

/** Refuses what no feature needs: links, submodules, installed packages, modules that stand in for the tests' own, reports of tests. */
export function scopeRefusals(files: readonly ChangedFile[]): ChangeRefusal[] {
  return files.flatMap(({ path, was, is }) => {
    const message =
      is === undefined
        ? undefined
        : is === 'link'
          ? 'is a symbolic link: make it a file'
          : is === 'submodule'
            ? 'is another repository inside this one: take it away'
            : installed.test(path)
              ? 'belongs to what an install makes: take it away'
              : was === undefined && shadows.test(path)
                ? 'would stand in for a module of the tests: choose another name'
                : reports.test(path)
                  ? 'is a report of tests, which the tests write themselves: take it away'
                  : undefined;
    return message === undefined ? [] : [{ rule: 'outside-scope' as const, path, message }];
  });
}
