type Rounds = {
  most: number;
  /** No further round starts after this time, but three are always done: a spread of fewer says nothing. */
  withinMs: number;
  signal: AbortSignal;
};

const least = 3;

/** Measures in rounds, so that what else the machine does meets all contenders alike; a busy machine does fewer of them. */
export async function inRounds({ most, withinMs, signal }: Rounds, round: () => Promise<void>): Promise<void> {
  const began = performance.now();
  for (let done = 0; done < most; done++) {
    if (done >= least && performance.now() - began > withinMs) return;
    signal.throwIfAborted();
    await round();
  }
}
