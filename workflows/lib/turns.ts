/** Lets one thing happen after the other, in the order in which they came. */
export type Turns = { take<T>(work: () => Promise<T>): Promise<T> };

export function takingTurns(): Turns {
  const last = { done: Promise.resolve() };
  return {
    async take(work) {
      const before = last.done;
      const own = Promise.withResolvers<void>();
      last.done = own.promise;
      await before;
      try {
        return await work();
      } finally {
        own.resolve();
      }
    },
  };
}
