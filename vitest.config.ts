import { defineConfig } from 'vitest/config';

const slow = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Many tests wait for processes and timers more than they compute.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.contract.test.ts', 'test/e2e/**', 'test/faults/**', 'test/screenshots/**'],
          // No test is about time: a property of two thousand runs may wait for a busy machine.
          ...slow,
        },
      },
      { test: { name: 'contract', include: ['test/**/*.contract.test.ts'], ...slow } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 } },
      {
        test: {
          ...{ name: 'screenshots', include: ['test/screenshots/**/*.test.ts'] },
          ...{ testTimeout: 180_000, hookTimeout: 180_000 },
        },
      },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 1_200_000, hookTimeout: 60_000 } },
    ],
  },
});
