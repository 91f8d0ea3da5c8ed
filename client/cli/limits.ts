import { InvalidArgumentError } from 'commander';
import { nearest } from '../../schemas/nearest.ts';

const names = ['steps', 'tokens', 'usd', 'minutes'] as const;
export type LimitName = (typeof names)[number];
export type Limits = Partial<Record<LimitName, number>>;

const factors = { k: 1e3, m: 1e6 } as const;
const example = 'for example steps=300,tokens=2M,usd=5,minutes=60';

/** `steps=300,tokens=2M,usd=5,minutes=60` as numbers; any part may be absent. What is wrong is named, with the right form. */
export function parseLimits(text: string): Limits {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) throw new InvalidArgumentError(`name at least one limit, ${example}`);
  return Object.fromEntries(parts.map(limitIn));
}

function limitIn(part: string): [LimitName, number] {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/.exec(part) ?? [];
  if (!part.includes('=')) throw new InvalidArgumentError(`${part} is no limit: write it as name=number, ${example}`);
  const name = names.find((known) => known === key.trim());
  if (name === undefined)
    throw new InvalidArgumentError(`there is no limit ${key.trim()}${nearest(key.trim(), names)}; there are ${names.join(', ')}`);
  return [name, limitValue(name)(value)];
}

/** Reads the number of one limit: whole for steps and tokens, `2M` and `500k` are understood. */
export function limitValue(name: LimitName): (text: string) => number {
  return (text) => {
    const [, digits, letter] = /^(\d{1,12}(?:\.\d{1,6})?)([kKmM]?)$/.exec(text.trim().replace(/^\$/, '')) ?? [];
    const value = digits === undefined ? NaN : Number(digits) * (letter ? factors[letter.toLowerCase() as 'k' | 'm'] : 1);
    const whole = name === 'steps' || name === 'tokens';
    if (value > 0 && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`${name}: expected a ${whole ? 'whole ' : ''}number above 0, not ${JSON.stringify(text.trim())}`);
  };
}
