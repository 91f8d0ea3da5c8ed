import { plainLines } from '../../schemas/plainText.ts';

const firstKept = 3_000;
const lastKept = 7_000;
/** More of a listing than this is a working tree that nobody can look through. */
const mostListed = 32 * 2 ** 20;

/**
 * Takes what a command prints and keeps its first and last part; after `mark` everything, because that is our own listing. Memory stays
 * bounded however much is printed.
 */
export function outputKeeper(mark: string) {
  let first = '';
  let last = '';
  let length = 0;
  let listing: string[] | undefined;
  let listed = 0;
  // The mark may come in two pieces.
  let seam = '';

  function keep(text: string): void {
    length += text.length;
    if (first.length < firstKept) first = (first + text).slice(0, firstKept);
    last = (last + text).slice(-lastKept);
  }

  return {
    take(chunk: string): void {
      if (listing !== undefined) {
        listed += chunk.length;
        if (listed <= mostListed) listing.push(chunk);
        return;
      }
      const text = seam + chunk;
      const at = text.indexOf(`\n${mark} `);
      if (at < 0) {
        seam = text.slice(-(mark.length + 2));
        keep(text.slice(0, text.length - seam.length));
        return;
      }
      keep(text.slice(0, at));
      seam = '';
      listing = [text.slice(at)];
    },
    /** Whether the command has ended and its output is complete. */
    isListing: () => listing !== undefined,
    /** From the mark on; '' when it never came. */
    listing(): string {
      return listed > mostListed ? '' : (listing ?? []).join('');
    },
    /** The output for a person or a model: without terminal escapes, the middle left out when it is long. */
    shown(): string {
      if (listing === undefined) keep(seam);
      if (length <= lastKept) return plainLines(last).trim();
      if (length <= firstKept + lastKept) return plainLines(first + last.slice(-(length - firstKept))).trim();
      const left = length - firstKept - lastKept;
      return `${plainLines(first)}\n(… ${left} characters are left out …)\n${plainLines(last)}`.trim();
    },
  };
}

/** Takes what is printed up to the second `mark`, a listing; answers what came after it, once. */
export function listingKeeper(mark: string) {
  let text = '';
  let looked = 0;
  let done = false;
  return {
    get text() {
      return text;
    },
    /** The part of the chunk that is not the listing's. */
    take(chunk: string): string {
      if (done) return chunk;
      text += chunk;
      const start = text.indexOf(mark);
      const end = start < 0 ? -1 : text.indexOf(mark, Math.max(start + mark.length, looked));
      looked = Math.max(0, text.length - mark.length);
      if (end < 0) return '';
      done = true;
      const rest = text.slice(end + mark.length);
      text = text.slice(0, end + mark.length);
      return rest;
    },
  };
}
