/** How far an assertion binds the code: 3 fixes a value, 2 a part of it, 1 little more than that there is one, 0 nothing. */
export type Strength = 0 | 1 | 2 | 3;

/** One test as its source tells it, before anything runs. */
export type TestEntry = {
  /** Groups from the outermost on, then the test's own title; `…` stands for what is computed while running. */
  titles: string[];
  line: number;
  /** `conditional`: whether it runs depends on something that is only known while running. */
  state: 'runs' | 'skipped' | 'conditional';
  only: boolean;
  /** Its assertions that surely decide, each by its strength. What cannot fail counts 0. */
  assertions: Strength[];
  /** The same for the same statements, whatever their spacing and comments. */
  body: string;
};

/** What a file of tests holds. */
export type TestInventory = { tests: TestEntry[] };

/** How sure it is that an assertion is reached and that its failure is seen. */
export type Reach = 'sure' | 'maybe' | 'never';

/** What an assertion counts where it stands. */
export function reached(strength: Strength, reach: Reach): Strength {
  if (reach === 'never') return 0;
  return reach === 'maybe' ? (Math.min(strength, 1) as Strength) : strength;
}

export function lessSure(reach: Reach): Reach {
  return reach === 'never' ? 'never' : 'maybe';
}

/** The name of a test for people and reports: `suite > test`. */
export function nameOf({ titles }: Pick<TestEntry, 'titles'>): string {
  return titles.join(' > ');
}

/** Line, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
