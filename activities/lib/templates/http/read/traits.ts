import { Choice, type Field, type Kind } from '../subject.ts';

type Traits = Omit<Field, 'name'>;
type Bound = { key: 'min' | 'max' | 'above' | 'below'; value: number; characters: boolean };
type Trait = { kind: Kind; choices?: string[] } | { required: boolean } | { bounds: Bound[] };

const number = String.raw`(-?\d{1,15}(?:\.\d{1,9})?)`;
const unit = String.raw`(\s*(?:characters?|chars?|letters?)(?:\s+long)?)?`;
const word = String.raw`(?!(?:required|optional|mandatory|text|number|or)\b)(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,39}|"[^"]{1,40}"|'[^']{1,40}')`;

const kindWords: [pattern: string, kind: Kind][] = [
  ['(?:free )?text|string', 'text'],
  ['whole number|integer|int', 'integer'],
  ['number|decimal', 'number'],
  ['boolean|bool|yes(?:/| or )no|true(?:/| or )false', 'boolean'],
  ['date and time|date-?time|timestamp', 'timestamp'],
  ['date', 'date'],
  ['e-?mail(?: address)?', 'email'],
  ['url|link|web address', 'url'],
];
const boundWords: [pattern: string, key: Bound['key']][] = [
  ['≥|>=|at least|minimum|min|from|not less than', 'min'],
  ['≤|<=|at most|maximum|max|up to|no more than', 'max'],
  ['>|above|more than|greater than|over', 'above'],
  ['<|below|less than|under', 'below'],
];

/** In this order: a longer phrase stands before the one that it begins with. */
const rules: [pattern: RegExp, trait: (match: string[]) => Trait][] = [
  [start('required|mandatory'), () => ({ required: true })],
  [start('optional'), () => ({ required: false })],
  ...kindWords.map(([pattern, kind]): [RegExp, () => Trait] => [start(pattern), () => ({ kind })]),
  [start('non-?negative|not negative'), () => ({ bounds: [{ key: 'min', value: 0, characters: false }] })],
  [start('positive'), () => ({ bounds: [{ key: 'above', value: 0, characters: false }] })],
  [bound(`between\\s+${number}\\s+and\\s+${number}${unit}`), range],
  [bound(`(?:from\\s+)?${number}\\s*(?:to|-|–|\\.\\.)\\s*${number}${unit}`), range],
  ...boundWords.map(([pattern, key]): [RegExp, (match: string[]) => Trait] => [
    bound(`(?:${pattern})\\s*${number}${unit}`),
    ([value, characters]) => ({ bounds: [{ key, value: Number(value), characters: characters !== undefined }] }),
  ]),
  [new RegExp(`^(?:one of:?\\s+|either\\s+)?(${word}(?:\\s*,\\s*${word})*\\s*,?\\s+or\\s+${word})(?=\\s*(?:,|$))`, 'i'), choice],
  [new RegExp(`^(?:one of:?\\s+)(${word}(?:\\s*,\\s*${word})+)(?=\\s*(?:,|$))`, 'i'), choice],
  [new RegExp(`^(${word}(?:\\s*[|/]\\s*${word})+)(?=\\s*(?:,|$))`, 'i'), choice],
];

function start(pattern: string): RegExp {
  return new RegExp(`^(?:an? )?(?:${pattern})(?=\\s*(?:,|$|[≥≤<>]|\\d|and\\s|at |between |from |up |above |below |over |under |more |less |greater |no |not |non|min|max|positive|required|optional))`, 'i'); // prettier-ignore
}

function bound(pattern: string): RegExp {
  return new RegExp(`^(?:of )?${pattern}(?=\\s*(?:,|$|and\\s|[≤<]))`, 'i');
}

function range([from, to, characters]: string[]): Trait {
  const long = characters !== undefined;
  return {
    bounds: [
      { key: 'min', value: Number(from), characters: long },
      { key: 'max', value: Number(to), characters: long },
    ],
  };
}

function choice([list = '']: string[]): Trait {
  const words = list.match(/"[^"]*"|'[^']*'|[^\s,|/]+/g) ?? [];
  return { kind: 'choice', choices: words.filter((text) => !/^or$/i.test(text)).map((text) => text.replace(/^["'](.*)["']$/, '$1')) };
}

/** Reads what stands in a field's brackets: `number ≥ 1`, `text, required, at most 80 characters`, `draft or final`. A text says what is wrong. */
export function readTraits(inside: string): Traits | string {
  const found: Trait[] = [];
  for (let rest = inside.trim(); rest !== ''; rest = rest.replace(/^\s*(?:,|and\s)?\s*/i, '')) {
    const rule = rules.find(([pattern]) => pattern.test(rest));
    const match = rule?.[0].exec(rest);
    if (rule === undefined || !match) return `"${rest}" is not understood; ${known}`;
    found.push(rule[1](match.slice(1)));
    rest = rest.slice(match[0].length);
  }
  return combine(found);
}

const known =
  'known are text, number, whole number, boolean, date, timestamp, e-mail, url or a choice such as draft or final; required; at least 1, at most 80 characters';

function combine(found: readonly Trait[]): Traits | string {
  const types = found.filter((trait) => 'kind' in trait);
  const [type] = types;
  if (type === undefined) return `say its type; ${known}`;
  if (types.length > 1) return `two types: keep one; ${known}`;
  const required = found.filter((trait) => 'required' in trait);
  if (required.length > 1) return 'it is said twice whether it is required: say it once';
  const bounds = found.flatMap((trait) => ('bounds' in trait ? trait.bounds : []));
  const traits: Traits = { kind: type.kind, required: required[0]?.required ?? false };
  if (type.choices !== undefined) traits.choices = type.choices;
  for (const { key, value, characters } of bounds) {
    const problem = boundProblem(type.kind, characters, value);
    if (problem !== undefined) return problem;
    if (traits[key] !== undefined) return 'the same bound is there twice: keep one';
    // -0 becomes 0, which is what JSON would make of it.
    traits[key] = value + 0;
  }
  return contradiction(traits) ?? wholeBounds(traits);
}

function boundProblem(kind: Kind, characters: boolean, value: number): string | undefined {
  if (kind === 'text')
    return characters && Number.isInteger(value) && value >= 1 && value <= 10_000
      ? undefined
      : 'the bounds of a text are its length, such as "at most 80 characters", from 1 to 10000';
  if (kind !== 'number' && kind !== 'integer') return `a ${kind} has no bounds: remove them`;
  if (characters) return 'a number has no length: remove "characters"';
  if (kind === 'integer' && !Number.isInteger(value)) return 'the bounds of a whole number are whole: correct them';
  return undefined;
}

function contradiction({ choices, min, max, above, below, kind }: Traits): string | undefined {
  if (choices !== undefined) {
    const wrong = choices.find((text) => !Choice.safeParse(text).success);
    if (wrong !== undefined) return `"${wrong}" cannot be a choice: use letters, digits, spaces, _ . -, at most 40`;
    if (choices.length > 20) return 'at most 20 choices are understood: leave some out, or make it a text';
    if (new Set(choices).size < choices.length) return 'a choice is there twice: keep one';
  }
  if (kind === 'text' && (above !== undefined || below !== undefined)) return 'say "at least" or "at most" for the length of a text';
  if ((min !== undefined && above !== undefined) || (max !== undefined && below !== undefined)) return 'two bounds on one side: keep one';
  const least = min ?? above;
  const most = max ?? below;
  if (least === undefined || most === undefined) return undefined;
  const room = kind === 'integer' ? most - Number(below !== undefined) - (least + Number(above !== undefined)) : most - least;
  const open = kind === 'number' && (above !== undefined || below !== undefined);
  return room < 0 || (open && room === 0) ? 'no value is between these bounds: correct them' : undefined;
}

/** Of whole numbers, more than 0 is at least 1. */
function wholeBounds({ above, below, ...traits }: Traits): Traits {
  if (traits.kind !== 'integer') return { ...traits, ...(above === undefined ? {} : { above }), ...(below === undefined ? {} : { below }) };
  return { ...traits, ...(above === undefined ? {} : { min: above + 1 }), ...(below === undefined ? {} : { max: below - 1 }) };
}
