declare module 'lcov-parse' {
  namespace lcovParse {
    type LcovFile = { file?: string; lines: { found: number; hit: number; details: { line: number; hit: number }[] } };
    /** Reads the text itself, at once. */
    function source(text: string, done: (error: unknown, files?: LcovFile[]) => void): void;
  }
  export default lcovParse;
}
