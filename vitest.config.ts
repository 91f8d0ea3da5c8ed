import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 60_000, hookTimeout: 120_000, environment: 'node' as const };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/{schemas,config,repository,activities,engine,client,workers,samples,hostile}/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'flows',
          include: ['test/{workflows,replay,e2e}/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/support/globalEngine.ts'],
        },
      },
    ],
  },
});
