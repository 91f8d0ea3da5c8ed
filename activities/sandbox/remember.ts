/** A function whose answer is kept for `ms` milliseconds; callers meanwhile share it. */
export function remember<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (!kept || Date.now() - kept.at > ms) kept = { at: Date.now(), answer: ask() };
    return kept.answer;
  };
}
