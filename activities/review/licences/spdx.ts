/** Common words for licences in metadata that does not use SPDX identifiers. */
const known: readonly [RegExp, string][] = [
  [/^(?:the )?mit(?:[ -]licen[sc]e)?(?: \(mit\))?$/i, 'MIT'],
  [/^(?:the )?isc(?: licen[sc]e)?(?: \(iscl\))?$/i, 'ISC'],
  [/^(?:the )?apache(?: software)?(?:[ -]licen[sc]e)?,?[ -]*(?:v(?:ersion)?[ .]?)?2(?:\.0)?$|^apache software license$/i, 'Apache-2.0'],
  [/^(?:the )?(?:new |modified |3-clause )bsd(?: licen[sc]e)?$|^bsd[ -]3(?:-clause)?(?: licen[sc]e)?$/i, 'BSD-3-Clause'],
  [/^(?:simplified |2-clause )bsd(?: licen[sc]e)?$|^bsd[ -]2(?:-clause)?(?: licen[sc]e)?$/i, 'BSD-2-Clause'],
  [/^(?:the )?bsd(?: licen[sc]e)?$/i, 'BSD-3-Clause'],
  [/^(?:the )?unlicense(?: \(unlicense\))?$/i, 'Unlicense'],
  [/^(?:python software foundation license|psf(?:-2\.0)?)$/i, 'PSF-2.0'],
  [/^mozilla public license 2\.0(?: \(mpl 2\.0\))?$/i, 'MPL-2.0'],
];

/** The SPDX identifier that a licence's usual name means; other texts as they are. */
export function spdxOf(text: string): string {
  const plain = text.trim();
  return known.find(([pattern]) => pattern.test(plain))?.[1] ?? plain;
}

/**
 * Whether the list allows what an SPDX expression offers: one side of OR, all of AND. What is no such expression is allowed by no list.
 * https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const tokens = expression.slice(0, 500).match(/[()]|[A-Za-z0-9.+:-]+|\S/g) ?? [];
  const list = new Set(allowed.map((id) => id.toLowerCase()));
  let at = 0;
  let broken = false;

  function anyOf(): boolean {
    let value = allOf();
    while (isWord('or')) value = allOf() || value;
    return value;
  }
  function allOf(): boolean {
    let value = one();
    while (isWord('and')) value = one() && value;
    return value;
  }
  function one(): boolean {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const value = anyOf();
      broken ||= tokens[at++] !== ')';
      return value;
    }
    broken ||= !/^[A-Za-z0-9]/.test(token) || /^(?:and|or|with)$/i.test(token);
    // An exception only ever allows more.
    if (isWord('with')) at++;
    return list.has(token.toLowerCase()) || list.has(token.replace(/\+$/, '').toLowerCase());
  }
  function isWord(word: string): boolean {
    if (tokens[at]?.toLowerCase() !== word) return false;
    at++;
    return true;
  }

  const value = anyOf();
  return value && !broken && at >= tokens.length;
}
