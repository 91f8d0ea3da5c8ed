import { defineConfig } from 'vitest/config';

// What takes too long for every `npm test`; `npm run test:long` runs it.
const long = 'test/**/*.long.test.ts';

const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  environment: 'node' as const,
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/globalTools.ts'],
    // Every core: by default one is left idle, which is half of a machine with two.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // Ports and daemons of a busy machine. The flows, kill and hostile tests get no second try: what fails there once is a defect.
          retry: process.env.CI === undefined ? 0 : 1,
          include: ['test/{schemas,config,repository,activities,engine,client,workers,samples}/**/*.test.ts'],
          exclude: [long],
        },
      },
      { test: { ...shared, name: 'long', include: [long], fileParallelism: false } },
      { test: { ...shared, name: 'chaos', include: ['test/chaos/**/*.test.ts'], fileParallelism: false } },
      { test: { ...shared, name: 'hostile', include: ['test/hostile/**/*.test.ts'], fileParallelism: false } },
      { test: { ...shared, name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: [long] } },
      {
        test: {
          ...shared,
          name: 'kube',
          include: ['test/kube/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/support/globalKube.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'flows',
          include: ['test/{workflows,replay}/**/*.test.ts'],
          // They share one server and the product's own task queues.
          fileParallelism: false,
          globalSetup: ['test/support/globalEngine.ts'],
        },
      },
    ],
  },
});
