/** Which requests; `path` is a part of the path or a pattern of it. */
export type Matcher = { method?: string; path?: string | RegExp; body?: string | RegExp };

/**
 * What happens instead of, or after, what was asked for: an answer of the test's own, a pause first, the connection cut without doing anything
 * (`before`), or cut when it has been done and nobody is told (`after`).
 */
export type Fault =
  | { status: number; headers?: Readonly<Record<string, string>>; body?: unknown }
  | { delayMs: number }
  | { cut: 'before' | 'after' };
export type Misbehaviour = Matcher & { times?: number; do: Fault };

export type Faults = {
  /** Answers a handle; `met` counts how often it struck. Default once. */
  add(misbehaviour: Misbehaviour): { readonly met: number; stop(): void };
  next(request: { method: string; path: string; body: string }): Fault | undefined;
};

export function createFaults(): Faults {
  const rules: { wanted: Misbehaviour; left: number; met: number }[] = [];
  return {
    add(wanted) {
      const rule = { wanted, left: wanted.times ?? 1, met: 0 };
      rules.push(rule);
      return {
        get met() {
          return rule.met;
        },
        stop: () => void (rule.left = 0),
      };
    },
    next(request) {
      const rule = rules.find(({ wanted, left }) => left > 0 && matches(wanted, request));
      if (rule === undefined) return undefined;
      rule.left -= 1;
      rule.met += 1;
      return rule.wanted.do;
    },
  };
}

export function matches({ method, path, body }: Matcher, request: { method: string; path: string; body: string }): boolean {
  return (method === undefined || method === request.method) && holds(path, request.path) && holds(body, request.body);
}

function holds(wanted: string | RegExp | undefined, text: string): boolean {
  return wanted === undefined || (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
}
