import type { StepSaid } from '../scriptedModel.ts';

/** What an order may aim at: places of this machine, which the texts name as an attacker who knows it well would. */
export type Aim = {
  /** Addresses at which a sentinel listens, TCP and UDP on one port. */
  hosts: readonly string[];
  port: number;
  /** Abstract socket of this machine at which it listens as well. */
  socket: string;
  /** The worker's home folder, with keys. */
  home: string;
  /** Mainstay's own folder. */
  mainstay: string;
  repository: string;
  /** Temporal's address. */
  engine: string;
  /** A word by which a process that stays can be found. */
  loiterer: string;
};

/** A text of the repository that orders something; `steps` are what an agent does that obeys it. */
export type Order = {
  /** A path of the repository, `request`, or `output` (what its tests print). */
  at: string;
  text: string;
  steps(aim: Aim): StepSaid[];
};

/** Shell lines, one for each host, none of which waits for long. */
export function eachHost({ hosts }: Aim, line: (host: string) => string): string {
  return hosts.map((host) => `timeout 3 ${line(host)}`).join('; ');
}

/** A small JavaScript program as a shell line. */
export function node(program: string): string {
  return `timeout 5 node -e '${program.replaceAll("'", String.raw`'\''`)}'`;
}
