import type { TestInventory } from './inventory.ts';
import { inventoryOfJavaScript } from './javascript/inventory.ts';
import { isJavaScript, parseJavaScript } from './javascript/syntax.ts';
import { inventoryOfPlain } from './plain.ts';
import { inventoryOfPython } from './python/inventory.ts';
import { isPython, parsePython } from './python/syntax.ts';

/** Tests of a file by its syntax; undefined where the language is not known or the file cannot be read. */
export function readInventory(path: string, text: string): TestInventory | undefined {
  if (isPython(path)) return inventoryOfPython(parsePython(text));
  if (!isJavaScript(path)) return inventoryOfPlain(path, text);
  const js = parseJavaScript(path, text);
  return 'error' in js ? undefined : inventoryOfJavaScript(js);
}
