/** Registers what ends something that was begun. */
export type AtEnd = (undo: () => Promise<unknown>) => void;

/** Does `work`, then undoes what it registered, last first, however it ended. */
export async function tidily<T>(work: (atEnd: AtEnd) => Promise<T>): Promise<T> {
  const undos: (() => Promise<unknown>)[] = [];
  try {
    return await work((undo) => undos.push(undo));
  } finally {
    for (const undo of undos.reverse()) await undo().catch((error: unknown) => console.error(`clean-up: ${String(error)}`));
  }
}
