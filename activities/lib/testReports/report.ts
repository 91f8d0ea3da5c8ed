/** One test as its runner reported it. `name` is the same in every run: suites, then the title, joined by ` > `. */
export type TestCase = {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** What went wrong, in the runner's words. */
  message?: string;
  seconds?: number;
};

/** What a test command reported. `unnamed`: tests that are known only by number. */
export type TestReport = { cases: TestCase[]; unnamed?: { passed: number; failed: number; skipped: number } };

/** A report that cannot be read; `message` says why, without the file's name. */
export class UnreadableReport extends Error {}

/** Reads JSON of a report; `UnreadableReport` when it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableReport(`is not valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}
