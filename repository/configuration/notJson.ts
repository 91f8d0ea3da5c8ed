import { isAlias, isCollection, isScalar, visit, type Document } from 'yaml';

/** Offset of the first part that YAML allows and JSON does not: a bare word, a block, an alias; undefined when only punctuation or a comment differs. */
export function notJsonAt(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, (_key, node) => {
    const wrong =
      isAlias(node) ||
      (isCollection(node) && node.flow !== true) ||
      (isScalar(node) && node.type !== 'QUOTE_DOUBLE' && !(node.type === 'PLAIN' && typeof node.value !== 'string' && isJson(node.source)));
    if (!wrong) return undefined;
    found = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  return found;
}

function isJson(source = ''): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}
