/** `durable`: what was answered survives power loss. `fast`: it survives kill -9 of any process, but not power loss. */
export type Profile = 'durable' | 'fast';

/** Settings of the embedded server that differ from `temporal server start-dev`, each with its reason. */
export const dynamicConfig = {
  // Each queue reads new tasks at most 20 times a second by default, so each hop of a flow waits for a 50 ms grid.
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'history.visibilityProcessorMaxPollRPS': 1000,
  'history.outboundProcessorMaxPollRPS': 1000,
  // Four partitions share the load of many hosts; on one host they only make tasks wait to be forwarded between them.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
} as const;

/** SQLite pragmas: the write-ahead log lets readers go on while a commit is written, and one fsync makes a commit durable. */
export const sqlitePragmas = {
  durable: { journal_mode: 'WAL', synchronous: 'FULL' },
  // No fsync per commit: a power cut may lose the last moments, never the order or the integrity of what is kept.
  fast: { journal_mode: 'WAL', synchronous: 'NORMAL' },
} as const satisfies Record<Profile, Record<string, string>>;

export type ServerPlan = { database: string; port: number; uiPort: number; profile: Profile };

/** Arguments of `temporal` for one embedded server, reachable from this machine only. */
export function serverArguments({ database, port, uiPort, profile }: ServerPlan): string[] {
  return [
    'server',
    'start-dev',
    `--db-filename=${database}`,
    '--ip=127.0.0.1',
    `--port=${port}`,
    `--ui-port=${uiPort}`,
    // Settings of the person's own CLI must not leak into the server.
    '--disable-config-file',
    '--disable-config-env',
    ...Object.entries(dynamicConfig).map(([key, value]) => `--dynamic-config-value=${key}=${value}`),
    ...Object.entries(sqlitePragmas[profile]).map(([key, value]) => `--sqlite-pragma=${key}=${value}`),
  ];
}
