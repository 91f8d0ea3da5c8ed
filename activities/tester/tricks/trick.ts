/** Something in the code that would make tests say what is not so. `what` is the same for the same trick elsewhere in the file. */
export type Trick = { what: string; line: number };

export const remedies = {
  ends: 'ends the tests before they are done: let the runner end them',
  patches: "changes the tests' own tools: leave them as they are",
  detects: 'looks whether it is being tested: behave the same everywhere',
  forges: 'has to do with the reports of tests: the tests write them themselves',
  imports: "takes the tests' tools into the code: only tests may",
  always: 'is equal to everything: compare what matters',
  steers: 'steers which tests run and what becomes of them: let them run as they are',
} as const;
