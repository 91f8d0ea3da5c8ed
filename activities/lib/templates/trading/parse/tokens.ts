import { type Sign, vocabulary } from './vocabulary.ts';

/** A piece of the request with its place in it. */
export type Token = (Sign | { kind: 'number'; value: number } | { kind: 'symbol' | 'word' }) & { text: string; start: number; end: number };

const phrases = [...vocabulary.keys()].sort((a, b) => b.length - a.length).map(phrasePattern);
const pieces = [
  ['symbol', /(?:symbol|ticker|instrument)[\s:=]+([A-Z][A-Z0-9]{0,9}(?:[./-][A-Z0-9]{1,6})?)(?![\p{L}\p{N}])/uy],
  ['phrase', new RegExp(`(?:${phrases.join('|')})`, 'iuy')],
  // 10,000 is one number, unless it stands in an indicator's parentheses.
  ['number', /(?:(?<![\p{L}\p{N})])-)?(?:\d{1,3}(?:,\d{3})+(?!\d|,\d|\s?\))(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:k(?!\p{L}))?/iuy],
  ['word', /[\p{L}\p{N}_'’]+(?:[./-][A-Z0-9]{2,6}(?![\p{L}\p{N}]))?|\P{White_Space}/uy],
] as const;

/** Cuts a request into pieces. Nothing is lost: what is not in the vocabulary is a `word`; only words that say nothing are left out. */
export function tokensOf(request: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < request.length;) {
    const token = tokenAt(request, at);
    if (token === undefined) {
      at += 1;
      continue;
    }
    if (token.kind !== 'filler') tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(request: string, at: number): Token | undefined {
  // The hyphen of `14-period` and `5-minute`.
  if (request[at] === '-' && /\d-\p{L}/u.test(request.slice(at - 1, at + 2))) return undefined;
  for (const [kind, pattern] of pieces) {
    const place = new RegExp(pattern);
    place.lastIndex = at;
    const found = place.exec(request);
    if (found === null) continue;
    const [text, part] = found;
    const where = { text: kind === 'symbol' ? (part ?? text) : text, start: at, end: at + text.length };
    if (kind === 'phrase') return { ...signOf(text), ...where };
    if (kind === 'number') return { kind, value: numberOf(text), ...where };
    return { kind, ...where };
  }
  return undefined;
}

function signOf(text: string): Sign {
  const phrase = text.toLowerCase().replaceAll(/[\s-]+/gu, ' ');
  const sign = vocabulary.get(phrase);
  if (sign === undefined) throw new TypeError(`the vocabulary lacks ${phrase}`);
  return sign;
}

function numberOf(text: string): number {
  const digits = Number(text.replaceAll(/[,k]/giu, ''));
  return /k$/iu.test(text) ? digits * 1000 : digits;
}

function phrasePattern(phrase: string): string {
  const body = phrase.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`).replaceAll(' ', String.raw`[\s\-]+`);
  // RSI14 and 5bars are written so; rsix is another word.
  const start = /^\p{L}/u.test(phrase) ? String.raw`(?<![\p{L}_])` : '';
  const end = /\p{L}$/u.test(phrase) ? String.raw`(?![\p{L}_])` : '';
  return /^\d/u.test(phrase) ? String.raw`(?<![\p{L}\p{N}.,])${body}${end}` : start + body + end;
}
