import type { z } from 'zod';
import type { Project } from '../../repository/project.ts';
import type { SecurityFinding } from './finding.ts';
import { isInstalled, runHostTool, type HostEnv } from './hostTool.ts';
import type { Scan, Scanner, Side } from './scan.ts';

export type ToolSettings = { env: HostEnv; timeoutMs: number };

type JsonTool<Report> = {
  /** Its program's name as well. */
  name: string;
  optional: boolean;
  applies(project: Project): boolean;
  /** Program and arguments for one side; undefined when there is nothing for it to look at. */
  command(side: Side, folder: string): Promise<readonly [string, ...string[]] | { unavailable: string } | undefined>;
  /** Exit codes after which the output is a report. */
  reports: readonly number[];
  report: z.ZodType<Report>;
  findings(report: Report, folder: string, side: Side): SecurityFinding[] | Promise<SecurityFinding[]>;
  /** Variables of the worker with which the tool shows who it is. */
  tokens?: readonly string[];
};

/** A scanner around an installed program that prints JSON. Anything but a report that can be read is `unavailable`, never clean. */
export function jsonTool<Report>(tool: JsonTool<Report>, { env, timeoutMs }: ToolSettings): Scanner {
  async function scan(side: Side): Promise<Scan> {
    // First of all: what a tool needs (a box with dependencies) may take minutes to get.
    if (!(await isInstalled(tool.name, env))) return { unavailable: `${tool.name} is not installed`, missing: true };
    const folder = await side.folder();
    const command = await tool.command(side, folder);
    if (command === undefined) return { findings: [] };
    if ('unavailable' in command) return command;
    const [program, ...args] = command;
    const output = await runHostTool({ command: program, args, side, env, timeoutMs }, tool.tokens);
    if (output === undefined) return { unavailable: `${program} cannot be started` };
    if (output.problem !== undefined) return { unavailable: output.problem };
    if (output.exitCode === undefined || !tool.reports.includes(output.exitCode)) {
      return { unavailable: `it ended with exit ${output.exitCode ?? 'by a signal'}: ${reason(output.stderr)}` };
    }
    const report = tool.report.safeParse(parseJson(output.stdout));
    if (!report.success) return { unavailable: `its report cannot be read: ${report.error.issues[0]?.message ?? 'no JSON'}` };
    return { findings: await tool.findings(report.data, folder, side) };
  }
  return { name: tool.name, optional: tool.optional, applies: (project) => tool.applies(project), scan };
}

/** A path that a tool reports, relative to the folder that it looked at. */
export function relativeTo(folder: string, path: string): string {
  const inside = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  return inside.replace(/^\.\//, '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '')?.slice(0, 200) ?? 'it said nothing';
}
