import { posix } from 'node:path';
import { z } from 'zod';
import { readJson, type TestCase, type TestReport, UnreadableReport } from '../../lib/testReports/report.ts';

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string().optional(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          duration: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** `jest --json`. `root` is the folder that file names are given against. A file that cannot run is one failed test. */
export function parseJest(text: string, root = '/'): TestReport {
  const report = Report.safeParse(readJson(text));
  if (!report.success) throw new UnreadableReport('is not what jest --json writes');
  return {
    cases: report.data.testResults.flatMap((file): TestCase[] => {
      const path = posix.relative(root, file.name);
      if (file.assertionResults.length === 0 && file.status === 'failed') {
        return [{ name: path, status: 'failed', message: file.message ?? 'the file could not run' }];
      }
      return file.assertionResults.map((test) => ({
        name: `${path} > ${test.fullName}`,
        status: test.status === 'passed' ? 'passed' : test.status === 'failed' ? 'failed' : 'skipped',
        message: test.status === 'failed' ? test.failureMessages?.[0] : undefined,
        seconds: test.duration == null ? undefined : test.duration / 1000,
      }));
    }),
  };
}
