const lineFeed = 0x0a;

/** Lines of a stream of bytes; of a longer one only the first `longest` bytes, whatever its length. Bytes that are no UTF-8 become U+FFFD. */
export async function* boundedLines(pieces: AsyncIterable<Buffer>, longest: number): AsyncGenerator<{ text: string; cut: boolean }[]> {
  let kept: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer) => {
    const room = longest - length;
    if (room > 0 && part.length > 0) kept.push(part.subarray(0, room));
    length += part.length;
  };
  const finish = () => {
    const line = { text: Buffer.concat(kept).toString('utf8'), cut: length > longest };
    kept = [];
    length = 0;
    return line;
  };
  for await (const piece of pieces) {
    const lines: { text: string; cut: boolean }[] = [];
    let from = 0;
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, from)) {
      take(piece.subarray(from, end));
      lines.push(finish());
      from = end + 1;
    }
    take(piece.subarray(from));
    // A kept part would hold its whole piece in memory.
    if (length > 0) kept = [Buffer.from(Buffer.concat(kept))];
    yield lines;
  }
  if (length > 0) yield [finish()];
}

/** The first pieces of a stream, `most` bytes and the rest of a piece; says when there was more. */
export async function* upTo(pieces: AsyncIterable<Buffer>, most: number, onMore: () => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    if (bytes > most) {
      onMore();
      return;
    }
    bytes += piece.length;
    yield piece;
  }
}
