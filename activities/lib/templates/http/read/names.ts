import { ResourceName } from '../subject.ts';

const irregular: Record<string, string> = { people: 'person', children: 'child', men: 'man', women: 'woman', mice: 'mouse', feet: 'foot', criteria: 'criterion', data: 'datum', series: 'series', species: 'species', news: 'news', movies: 'movie', cookies: 'cookie', statuses: 'status', buses: 'bus', analyses: 'analysis' }; // prettier-ignore

/** Files and types of the generated code that a resource's would hide. */
const taken = ['store', 'http', 'server', 'main', 'openapi', 'resource', 'problem', 'reading', 'string', 'number', 'boolean', 'object', 'array', 'record', 'map', 'set', 'date', 'promise', 'error', 'function', 'symbol', 'partial', 'omit', 'readonly', 'field problem', 'write openapi']; // prettier-ignore

/** `Blog Posts` as its plural and singular in small letters; a text says why it cannot be a resource. */
export function readName(words: string): { plural: string; singular: string } | string {
  const plural = words
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');
  if (!ResourceName.safeParse(plural).success)
    return `"${words.trim()}" cannot be a resource: name it with one to three words of letters a–z, such as books or blog posts`;
  const last = plural.split(' ').at(-1) ?? '';
  const singular = `${plural.slice(0, plural.length - last.length)}${singularOf(last)}`;
  if (!ResourceName.safeParse(singular).success) return `"${words.trim()}" cannot be a resource: name it in the plural, such as books`;
  if (taken.includes(singular) || taken.includes(plural))
    return `a resource cannot be called ${plural}, which the code needs itself: choose another name`;
  return { plural, singular };
}

function singularOf(word: string): string {
  const known = Object.hasOwn(irregular, word) ? irregular[word] : undefined;
  if (known !== undefined) return known;
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh|zz)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) && !/(?:us|is)$/.test(word) ? word.slice(0, -1) : word;
}
