import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRepository, type TestRepository } from './gitRepository.ts';

export const flakyTests = ['greets by name', 'greets the world'] as const;

/**
 * A small service with its own lint and tests, under the short form of a pipeline. Two of its tests fail until `flag` exists, and make it.
 * `lock` is what it depends on: left-pad from `registry`.
 */
export async function makeShop({ flag }: { flag: string }): Promise<TestRepository> {
  const repository = await makeRepository();
  await repository.commit(shopFiles({ flag }));
  return repository;
}

/** The shop's files, for a repository that is somewhere else. */
export function shopFiles({ flag, project = '' }: { flag: string; project?: string }): Record<string, string> {
  return {
    'package.json': manifest({}),
    'package-lock.json': JSON.stringify({ name: 'shop', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'shop', version: '1.0.0' } } }), // prettier-ignore
    'src/greet.js': "export const greet = (name) => 'Hello ' + name;\n",
    'src/server.js': server,
    'test/greet.test.js': tests(flag),
    'pipeline.yml': pipeline,
    'project.yml': `watch: { window: 1 second, interval: 200ms }\n${project}`,
  };
}

/** Commits a dependency on one version of left-pad. */
export function dependOnLeftPad(repository: TestRepository, on: { version: string; registry: string }): Promise<string> {
  return repository.commit(leftPadFiles(on));
}

export function leftPadFiles({ version, registry }: { version: string; registry: string }): Record<string, string> {
  const dependencies = { 'left-pad': version };
  const packages = {
    '': { name: 'shop', version: '1.0.0', dependencies },
    'node_modules/left-pad': { version, resolved: `${registry}/left-pad-${version}.tgz` },
  };
  return {
    'package.json': manifest(dependencies),
    'package-lock.json': JSON.stringify({ name: 'shop', version: '1.0.0', lockfileVersion: 3, packages }, undefined, 2),
  };
}

/** Environment of a worker whose npm asks `registry`, as a person's own .npmrc would say. */
export async function npmHome(folder: string, registry: string): Promise<Record<string, string>> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.npmrc'), `registry=${registry}\n`);
  return { HOME: folder };
}

function manifest(dependencies: Record<string, string>): string {
  return JSON.stringify({
    name: 'shop',
    version: '1.0.0',
    type: 'module',
    files: ['src'],
    scripts: { lint: 'node --check src/greet.js', test: 'node --test', start: 'node src/server.js' },
    dependencies,
  });
}

const pipeline = `pipeline:
  stages: [lint, test, build, security, deploy]
  retry_on_failure: true
  notify_on_success: true
  deploy_environment: staging
`;

const server = `import { createServer } from 'node:http';
import { greet } from './greet.js';
createServer((_, answer) => answer.end(greet('you'))).listen(process.env.PORT, '127.0.0.1');
`;

const tests = (flag: string) => `import assert from 'node:assert';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { greet } from '../src/greet.js';
const flag = ${JSON.stringify(flag)};
const second = existsSync(flag);
writeFileSync(flag, 'seen');
test('${flakyTests[0]}', () => assert.ok(second, 'not yet'));
test('${flakyTests[1]}', () => assert.ok(second, 'not yet'));
test('says hello', () => assert.equal(greet('Ada'), 'Hello Ada'));
`;
