/** One combination of a matrix's values, and what it adds to the stage's id; without a matrix one empty combination. */
export type Combination = { suffix: string; values: Record<string, string> };

/** The cross product of a matrix, the last key turning fastest: `{node: [20, 22]}` gives `-node-20` and `-node-22`. */
export function combinations(matrix: Record<string, string[]> = {}): Combination[] {
  return Object.entries(matrix).reduce<Combination[]>(
    (made, [key, values]) =>
      made.flatMap((one) =>
        values.map((value) => ({ suffix: `${one.suffix}-${key}-${idPart(value)}`, values: { ...one.values, [key]: value } })),
      ),
    [{ suffix: '', values: {} }],
  );
}

/** The ids of a stage: its name, or one for each combination. */
export function idsOf({ name, options }: { name: string; options: { matrix?: Record<string, string[]> } }): string[] {
  return combinations(options.matrix).map(({ suffix }) => name + suffix);
}

/** How many combinations there are, without making them. */
export function countCombinations(matrix: Record<string, string[]> = {}): number {
  return Object.values(matrix).reduce((count, values) => count * values.length, 1);
}

/** Matrix values reach the commands as `MATRIX_NODE=20`. */
export function matrixEnv(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`MATRIX_${key.toUpperCase().replaceAll('-', '_')}`, value]));
}

function idPart(value: string): string {
  return value.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^-+|-+$/g, '') || 'empty';
}
