import { readFile } from 'node:fs/promises';
import { type TestRepository, makeRepository } from './gitRepository.ts';

/**
 * A repository whose stages write into a ledger outside when they begin and when they end, so that a test sees what ran how often.
 * Each step lasts `seconds`; the deploy is a real service that notes each of its starts.
 */
export async function countedService({ ledger, seconds }: { ledger: string; seconds: number }): Promise<TestRepository> {
  const step = (name: string) => `echo begin-${name} >> ${ledger} && sleep ${seconds} && echo end-${name} >> ${ledger}`;
  const repository = await makeRepository();
  const stages = Object.fromEntries(['lint', 'test'].map((name) => [name, { run: step(name), needs: name === 'lint' ? [] : ['lint'] }]));
  const pipeline = {
    pipeline: {
      stages: {
        ...stages,
        build: { run: `${step('build')} && echo made > made.txt`, needs: ['test'], with: { make: ['command'], artifacts: ['made.txt'] } },
        deploy: {
          needs: ['build'],
          environment: 'staging',
          with: { target: 'process', start: 'node server.mjs', watch: { window: '3 seconds' } },
        },
      },
    },
  };
  const server = [
    "import { createServer } from 'node:http';",
    "import { appendFileSync } from 'node:fs';",
    `appendFileSync(${JSON.stringify(ledger)}, 'start-service ' + process.pid + '\\n');`,
    "createServer((_, answer) => answer.end('well')).listen(process.env.PORT, '127.0.0.1');",
  ];
  await repository.commit({ '.mainstay/pipeline.json': JSON.stringify(pipeline), 'server.mjs': server.join('\n') });
  return repository;
}

/** Lines of the ledger and how often each stands there; service starts are counted without their process id. */
export async function counts(ledger: string): Promise<Record<string, number>> {
  const lines = (await readFile(ledger, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const seen: Record<string, number> = {};
  for (const line of lines) {
    const name = line.split(' ')[0] ?? line;
    seen[name] = (seen[name] ?? 0) + 1;
  }
  return seen;
}
