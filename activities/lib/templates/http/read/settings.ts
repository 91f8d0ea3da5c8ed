import { camel, operations, type Operation, type Resource } from '../subject.ts';
import { splitList } from './split.ts';

const filterClause = /^(?:the\s+)?(?:list(?:s|ing|ings)?\s+)?(?:(?:it|they)\s+)?(?:can\s+be\s+|is\s+|are\s+)?filter(?:s|ed|ing|able)?(?:\s+(?:by|on)|\s*:)\s+(\S[^]*)$/i; // prettier-ignore

/** The fields of `listing filters by status and published`; undefined for a clause that says nothing of filters. */
export function readFilters(clause: string): string[] | undefined {
  const match = filterClause.exec(clause);
  return match === null
    ? undefined
    : splitList(match[1] ?? '').map((words) => camel(words.replace(/^[A-Z]/, (letter) => letter.toLowerCase())));
}

const words: Record<Operation, RegExp> = {
  list: /^(?:list|lists|listing|browse)$/i,
  create: /^(?:create|add|post|creating)$/i,
  read: /^(?:read|get|show|reading)$/i,
  update: /^(?:update|edit|change|replace|put|updating)$/i,
  delete: /^(?:delete|remove|deleting)$/i,
};
const prefix = /^(?:operations?\s*:?|it\s+can|(?:they|one|people|clients)\s+can|supports?|allows?|offers?|with)\s+/i;

/** The operations of `list, create and read`; undefined for a clause that speaks of something else. */
export function readOperations(
  clause: string,
  { plural, singular }: Pick<Resource, 'plural' | 'singular'>,
): { operations: Operation[]; problems: string[] } | undefined {
  const said = prefix.test(clause);
  const rest = clause.replace(prefix, '');
  if (/^(?:all operations|all|crud|everything)$/i.test(rest)) return { operations: [...operations], problems: [] };
  if (/^read[- ]only$/i.test(rest)) return { operations: ['list', 'read'], problems: [] };
  const object = new RegExp(`\\s+(?:an?\\s+|the\\s+)?(?:them|it|${plural}|${singular})$`, 'i');
  const items = splitList(rest).map((item) => item.replace(object, ''));
  const found = items.map((item) => operations.find((operation) => words[operation].test(item)));
  if (!said && found[0] === undefined) return undefined;
  return {
    operations: found.filter((operation) => operation !== undefined),
    problems: items.flatMap((item, i) => (found[i] === undefined ? [`"${item}" is no operation; known: ${operations.join(', ')}`] : [])),
  };
}
