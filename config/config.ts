import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { failure } from '../schemas/failures.ts';
import { type ProgramSettings, programSettings } from './programs.ts';
import { type Services, ServiceEnvironment, servicesOf } from './services.ts';

const Environment = z.object({
  MAINSTAY_HOME: z.string().min(1).optional(),
  MAINSTAY_TEMPORAL_CLI: z.string().min(1).optional(),
  MAINSTAY_SANDBOX_IMAGE: z.string().min(1).default('mainstay-sandbox:2'),
  MAINSTAY_MEMORY: z.coerce.number().int().min(256).default(4096),
  MAINSTAY_PROCESSES: z.coerce.number().int().min(16).default(512),
  MAINSTAY_LOG_LIMIT: z.coerce.number().int().min(1).default(64),
  MAINSTAY_METRICS: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, 'expected host:port, for example 127.0.0.1:9464')
    .optional(),
  MAINSTAY_DISK: z.coerce.number().int().min(64).default(8192),
  ...ServiceEnvironment.shape,
});

/** Settings of one process. Sizes in the environment are MiB, here bytes. */
export type Config = Readonly<{
  /** Folder of everything that Mainstay keeps on this machine. */
  home: string;
  temporalCli: string | undefined;
  sandboxImage: string;
  limits: Readonly<{ memoryBytes: number; processes: number; cpus: number; outputBytes: number; diskBytes: number }>;
  /** `host:port` of the Prometheus endpoint of a process with workers; absent: none. */
  metrics: string | undefined;
  services: Services;
  /** Which coding programs have a key. */
  programs: ProgramSettings;
}>;

const mebibyte = 2 ** 20;

/** Reads the settings from the environment; `InvalidInput` names the variable that is wrong. Called only by main files. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw failure('InvalidInput', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const value = parsed.data;
  return Object.freeze({
    home: value.MAINSTAY_HOME ? resolve(value.MAINSTAY_HOME) : join(envPaths('mainstay', { suffix: '' }).data),
    temporalCli: value.MAINSTAY_TEMPORAL_CLI,
    sandboxImage: value.MAINSTAY_SANDBOX_IMAGE,
    limits: Object.freeze({
      memoryBytes: value.MAINSTAY_MEMORY * mebibyte,
      processes: value.MAINSTAY_PROCESSES,
      cpus: 2,
      outputBytes: value.MAINSTAY_LOG_LIMIT * mebibyte,
      diskBytes: value.MAINSTAY_DISK * mebibyte,
    }),
    metrics: value.MAINSTAY_METRICS,
    services: servicesOf(value),
    programs: programSettings(env),
  });
}
