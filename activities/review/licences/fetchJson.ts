const mostBytes = 16 * 2 ** 20;

/** JSON of a registry; undefined when it does not answer well, in time, and with at most 16 MiB. */
export async function fetchJson(url: URL, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return undefined;
    }
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > mostBytes) return undefined;
    }
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    // Away, slow or no JSON: then the licence is unknown, and the review says so.
    return undefined;
  }
}
