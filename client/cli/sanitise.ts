/* oxlint-disable no-control-regex -- control characters are what this file removes */

// Strings (OSC, DCS, SOS, PM, APC) from their introducer to BEL or ST, where an unfinished one swallows the rest of its line only; control
// sequences; other escapes. All in one pass: pieces taken out one after the other could join what is left to a new sequence.
const sequences = new RegExp(
  [
    /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/,
    /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?/,
    /\u001b[ -/]*[0-~]?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);
const colour = /^\u001b\[[0-9;:]*m$/;
const lineFeeds = /\r+\n|\r/g;
const controls = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g;
// They reorder or hide what a person reads: https://www.unicode.org/reports/tr9/, https://trojansource.codes/
const invisible = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** Text from a repository, safe for a terminal: no control sequences (colours stay when asked for), no control or reordering characters. */
export function sanitise(text: string, { colours = false }: { colours?: boolean } = {}): string {
  const kept = text
    .replace(sequences, (sequence) => (colours && colour.test(sequence) ? sequence : ''))
    .replace(lineFeeds, '\n')
    .replace(controls, '')
    .replace(invisible, '');
  return colours && kept.includes('\u001b') ? `${kept}\u001b[0m` : kept;
}
