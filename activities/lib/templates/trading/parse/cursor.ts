import type { Token } from './tokens.ts';

type Kind = Token['kind'];
type OfKind<K extends Kind> = Token & { kind: K };

/** Reads pieces from left to right and keeps what could not be understood. */
export type Cursor = {
  peek(ahead?: number): Token | undefined;
  /** The next piece if it is of this kind, and then the one after it is next. */
  take<K extends Kind>(kind: K): OfKind<K> | undefined;
  skip(...kinds: Kind[]): void;
  place(): number;
  moveTo(place: number): void;
  /** The request's words from a place up to the present one. */
  words(from: number): string;
  /** Notes what is wrong; reading goes on, so that all that is wrong is told at once. */
  object(problem: string): void;
  problems: readonly string[];
};

export function createCursor(request: string, tokens: readonly Token[]): Cursor {
  const problems: string[] = [];
  let next = 0;
  const take = <K extends Kind>(kind: K): OfKind<K> | undefined => {
    const token = tokens[next];
    if (token?.kind !== kind) return undefined;
    next += 1;
    return token as OfKind<K>;
  };
  return {
    problems,
    take,
    peek: (ahead = 0) => tokens[next + ahead],
    skip(...kinds) {
      while (kinds.some((kind) => take(kind) !== undefined));
    },
    place: () => next,
    moveTo(place) {
      next = place;
    },
    words: (from) => request.slice(tokens[from]?.start ?? request.length, tokens[next - 1]?.end ?? request.length),
    object(problem) {
      problems.push(problem);
    },
  };
}

/** True where another part of the request begins: `stop loss …`, `2 % stop loss`, `sell when …`. */
export function atClause(cursor: Cursor): boolean {
  let ahead = 0;
  while (['and', 'when', 'currency'].includes(cursor.peek(ahead)?.kind ?? '')) ahead += 1;
  const [first, second, third] = [cursor.peek(ahead), cursor.peek(ahead + 1), cursor.peek(ahead + 2)];
  if (first?.kind === 'clause' || first?.kind === 'timeframe' || first?.kind === 'symbol') return true;
  return first?.kind === 'number' && (second?.kind === '%' || second?.kind === 'currency') && third?.kind === 'clause';
}
