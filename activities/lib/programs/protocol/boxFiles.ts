import { posix } from 'node:path';
import { type ReadTextFileRequest, RequestError, type WriteTextFileRequest } from '@agentclientprotocol/sdk';
import { failureMessage } from '../../../../schemas/failures.ts';
import type { Box } from '../../../sandbox/box.ts';

/** Bytes of one file, read or written; larger ones a program handles with its own tools, in the box. */
const longestFile = 4 * 2 ** 20;
/** Requests at the same time. */
const mostPending = 32;

export type BoxFiles = {
  read(request: Pick<ReadTextFileRequest, 'path' | 'line' | 'limit'>): Promise<{ content: string }>;
  write(request: Pick<WriteTextFileRequest, 'path' | 'content'>): Promise<void>;
};

/** A program's requests for files, served from the box's workspace alone. What cannot be done is an answer of the protocol to the program. */
export function boxFiles(box: Pick<Box, 'root' | 'readText' | 'writeText'>): BoxFiles {
  let pending = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (pending >= mostPending) throw RequestError.internalError(undefined, `at most ${mostPending} files at a time`);
    pending += 1;
    try {
      return await work();
    } catch (error) {
      throw error instanceof RequestError ? error : RequestError.internalError(undefined, failureMessage(error));
    } finally {
      pending -= 1;
    }
  }

  function inside(path: string): string {
    const relative = posix.relative(box.root, posix.resolve(box.root, path));
    if (relative === '' || relative === '..' || relative.startsWith('../') || path.includes('\0')) {
      throw RequestError.invalidParams(undefined, `${JSON.stringify(path.slice(0, 300))} is not a file below ${box.root}`);
    }
    return relative;
  }

  return {
    read: ({ path, line, limit }) =>
      inTurn(async () => {
        const text = await box.readText(inside(path), longestFile);
        if (text === undefined) throw RequestError.resourceNotFound(path.slice(0, 300));
        if (line == null && limit == null) return { content: text };
        const from = Math.max(0, (line ?? 1) - 1);
        const lines = text.split('\n').slice(from, limit == null ? undefined : from + Math.max(0, limit));
        return { content: lines.join('\n') };
      }),
    write: ({ path, content }) =>
      inTurn(async () => {
        const wanted = inside(path);
        if (Buffer.byteLength(content) > longestFile)
          throw RequestError.invalidParams(undefined, `files have at most ${longestFile} bytes here`);
        await box.writeText(wanted, content);
      }),
  };
}
