import { z } from 'zod';
import { RepositoryPath } from '../../schemas/todoList.ts';

const File = z.object({ path: z.string().describe('a new path with test or spec in it'), text: z.string().describe('the whole file') });

// No optional fields, no limits: the one form that all providers' structured outputs take. What is wrong is found afterwards.
const Answer = z.object({
  open: z.array(File).describe('tests that the coder sees'),
  hidden: z.array(File).describe('tests that only the finished work meets'),
  commands: z.array(z.string()).describe('shell lines that together run all of them'),
});
export type WrittenTests = z.infer<typeof Answer>;

const most = { files: 20, characters: 200_000, commands: 10, command: 2_000 } as const;

/** A model's tests: some of both kinds, on paths of their own that name them as tests. `taken` says which paths belong to others. */
export function testsAnswer(taken: (path: string) => boolean): z.ZodType<WrittenTests> {
  return Answer.check((context) => {
    const { open, hidden, commands } = context.value;
    const complain = (path: (string | number)[], message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path, message });

    const seen = new Set<string>();
    for (const [kind, files] of Object.entries({ open, hidden })) {
      if (files.length === 0) complain([kind], `write at least one ${kind} test file`);
      if (files.length > most.files) complain([kind], `write at most ${most.files} files`);
      for (const [i, { path, text }] of files.entries()) {
        const fault = faultOfPath(path, taken) ?? (seen.has(path) ? 'is used twice' : undefined);
        if (fault !== undefined) complain([kind, i, 'path'], fault);
        if (text.trim() === '') complain([kind, i, 'text'], 'is empty');
        if (text.length > most.characters) complain([kind, i, 'text'], `has more than ${most.characters} characters`);
        seen.add(path);
      }
    }
    if (commands.length === 0 || commands.length > most.commands) complain(['commands'], `name one to ${most.commands} shell lines`);
    for (const [i, command] of commands.entries()) {
      if (command.trim() === '' || command.length > most.command) complain(['commands', i], `has 1 to ${most.command} characters`);
      // Whoever writes the code runs the commands too.
      if (hidden.some(({ path }) => command.includes(path))) complain(['commands', i], 'names a hidden file: name a folder or a pattern');
      if (/[\p{Cc}]/u.test(command)) complain(['commands', i], 'is one line without control characters');
    }
  });
}

/** Names of tests only: what stands elsewhere could be code, configuration or CI. */
function faultOfPath(path: string, taken: (path: string) => boolean): string | undefined {
  const parsed = RepositoryPath.safeParse(path);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'is not a path inside the repository';
  if (path.split('/').some((part) => part.startsWith('.'))) return 'must not be in a hidden folder or be a hidden file';
  if (!/(?:^|[/._-])(?:tests?|specs?|__tests__)(?:[/._-]|$)/i.test(path) && !/(?:Test|Tests|Spec)\.\w+$/.test(path)) {
    return 'must be named as a test, for example test/name.test.ts or tests/test_name.py';
  }
  if (/(?:^|\/)(?:conftest\.py|package\.json|[^/]*config\.[^/]*|[^/]*rc(?:\.[^/]*)?)$/i.test(path))
    return 'is configuration: write tests only';
  return taken(path) ? 'exists already: choose a new path' : undefined;
}
