import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export type StageLog = {
  readonly path: string;
  readonly actions: { at: string; did: string }[];
  readonly notices: string[];
  write(chunk: string): void;
  line(text: string): void;
  did(action: string): void;
  notice(text: string): void;
  close(): Promise<void>;
};

const mostActions = 50;

/** A stage's log file, its list of actions and notices; every line also goes to `progress`. */
export function openStageLog({ path, progress }: { path: string; progress(text: string): void }): StageLog {
  const file = createWriteStream(path);
  const actions: { at: string; did: string }[] = [];
  const notices: string[] = [];
  let broken: Error | undefined;
  file.on('error', (error) => {
    broken = error;
  });

  const write = (chunk: string) => {
    file.write(chunk);
    progress(chunk);
  };
  return {
    path,
    actions,
    notices,
    write,
    line: (text) => write(`${text}\n`),
    did(action) {
      if (actions.length < mostActions) actions.push({ at: new Date().toISOString(), did: action });
      write(`· ${action}\n`);
    },
    notice(text) {
      if (!notices.includes(text)) notices.push(text);
      write(`! ${text}\n`);
    },
    async close() {
      file.end();
      await finished(file).catch(() => undefined);
      if (broken) throw broken;
    },
  };
}
