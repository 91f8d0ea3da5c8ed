import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { httpService } from '../../activities/lib/templates/http/template.ts';
import type { FileText } from '../../schemas/mind.ts';
import type { Todo } from '../../schemas/todoList.ts';

/** A request with several resources and every type of field. */
export const many =
  'Build a REST API for blog posts with title (text, 3 to 80 characters, required), likes (whole number ≥ 0), price (number > 0 and ≤ 10, required), kind (a, b or "in progress"), mail (e-mail), at (timestamp), link (url), on (yes/no), day (date, required), n (number); listing filters by likes, price, kind, mail, at, link, on, day and title; for authors with first name (text); list and create; for tags with on (boolean); read-only';

export type Plan = { subject: Record<string, unknown>; tasks: Todo[] };

/** What the template makes of a request that it understands. */
export function planned(request: string): Plan {
  const reading = httpService.read(request);
  if (reading.kind !== 'understood') throw new Error(JSON.stringify(reading));
  return { subject: reading.subject, tasks: httpService.plan(reading.subject).tasks };
}

/** Writes files below a folder; answers it. */
export async function lay(folder: string, files: readonly FileText[]): Promise<string> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text ?? '');
  }
  return folder;
}

/** An empty folder. */
export const newFolder = () => mkdtemp(join(tmpdir(), 'service-'));

/** Runs a shell line there, with this very Node. */
export async function run(folder: string, command: string): Promise<{ passed: boolean; all: string }> {
  const { exitCode, all } = await execa(command, { shell: true, cwd: folder, all: true, reject: false, env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` } }); // prettier-ignore
  return { passed: exitCode === 0, all };
}

/** What a task starts from: the code and open tests of everything before it. */
export function before({ subject, tasks }: Plan, id: string): FileText[] {
  const needed = tasks.find((task) => task.id === id)?.dependencies ?? [];
  return needed.flatMap((one) => [...before({ subject, tasks }, one), ...httpService.code(subject, one), ...httpService.tests(subject, one).open]); // prettier-ignore
}
