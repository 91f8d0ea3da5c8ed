import { DefaultLogger, type Logger } from '@temporalio/worker';

/** Warnings and errors of the SDK on standard error, one line each; everything with MAINSTAY_DEBUG. */
export function quietLogger(debug = process.env.MAINSTAY_DEBUG !== undefined): Logger {
  return new DefaultLogger(debug ? 'DEBUG' : 'ERROR', ({ level, message, meta }) => {
    const error = meta?.error instanceof Error ? `: ${meta.error.message}` : '';
    process.stderr.write(`${level.toLowerCase()}: ${message}${error}\n`);
  });
}
