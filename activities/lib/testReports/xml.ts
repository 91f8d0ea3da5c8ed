import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { UnreadableReport } from './report.ts';

export type XmlElement = { [name: string]: XmlElement[] | string | undefined };

const largest = 32 * 2 ** 20;
/** Encodings that agree with UTF-8 on ASCII, so that only accented letters suffer. */
const readable = /^(?:utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d|latin-?1)$/i;

/**
 * Elements as arrays by name, attributes as strings under `@name`, text under `#text`. `UnreadableReport` for broken XML, entities,
 * a foreign encoding, nesting above 100, and anything above 32 MiB of text.
 */
export function parseXml(text: string): XmlElement {
  if (text.length > largest) throw new UnreadableReport(`is larger than ${largest / 2 ** 20} MiB`);
  if (text.includes('\0')) throw new UnreadableReport('is not UTF-8 text');
  const encoding = /^\uFEFF?<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (encoding !== undefined && !readable.test(encoding)) throw new UnreadableReport(`is encoded in ${encoding.slice(0, 40)}; write UTF-8`);
  // Declarations stand before the first element; in a test's output the same words mean nothing.
  const head = text.slice(0, Math.max(0, text.search(/<[A-Za-z_]/)));
  if (/<!ENTITY|<!DOCTYPE[^>[]*\[/i.test(head)) throw new UnreadableReport('declares entities, which reports never need');
  const valid = XMLValidator.validate(text, { allowBooleanAttributes: true });
  if (valid !== true) throw new UnreadableReport(`is not well-formed XML (line ${valid.err.line}: ${valid.err.msg})`);
  return parsed(text);
}

function parsed(text: string): XmlElement {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    alwaysCreateTextNode: true,
    maxNestedTags: 100,
    processEntities: { enabled: true, maxTotalExpansions: 5_000_000, maxExpandedLength: largest },
    // Character references such as `&#10;` come with these.
    htmlEntities: true,
    isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
  });
  try {
    return parser.parse(text) as XmlElement;
  } catch (error) {
    throw new UnreadableReport(`is not XML that can be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** Child elements of one name. */
export function children(element: XmlElement, name: string): XmlElement[] {
  const found = element[name];
  return Array.isArray(found) ? found : [];
}

export function attribute(element: XmlElement, name: string): string | undefined {
  const found = element[`@${name}`];
  return typeof found === 'string' ? found : undefined;
}

export function textOf(element: XmlElement): string {
  const found = element['#text'];
  return typeof found === 'string' ? found : '';
}
