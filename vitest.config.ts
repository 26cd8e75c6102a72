import { defineConfig } from 'vitest/config';

/** No test is about time: only failures wait, and a busy machine is none. Milliseconds. */
const patience = (milliseconds: number, hooks = milliseconds) => ({
  ...{ testTimeout: milliseconds, hookTimeout: hooks },
  expect: { poll: { timeout: 20_000 } },
});

/** They keep nothing outside themselves: a worker loads each module once, for all its files. */
const shared = { isolate: false };

/** Where properties are. */
const drawn = { setupFiles: ['test/property-seed.ts'] };

const walks = ['walks/**/*', 'authenticate', 'connect', 'password', 'step-up'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

const overBoth = 'test/e2e/transports.test.ts';
const connectors = [
  'connectors/**/*',
  'examples/desk',
  'cli/from-onelogin',
  'cli/connector',
  'web/step-up-provider',
].map((name) => `test/${name}.contract.test.ts`);

export default defineConfig({
  test: {
    // Many tests wait for processes and timers more than they compute.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/**/*.contract.test.ts',
            ...['e2e', 'faults', 'peers', 'screenshots', 'transports'].map((room) => `test/${room}/**`),
          ],
          ...shared,
          ...drawn,
          ...patience(120_000),
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/**/*.contract.test.ts'],
          exclude: [...connectors],
          ...shared,
          ...drawn,
          ...patience(120_000),
        },
      },
      // The kits: every connector against its servers, with every fault there is; and a sign-in at a provider as it is.
      { test: { name: 'connectors', include: [...connectors], ...shared, ...drawn, ...patience(120_000) } },
      {
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude: [...walks, overBoth], ...patience(180_000) },
      },
      // Long ways through the browser, step by step as people go them.
      { test: { name: 'walks', include: [...walks], ...patience(180_000) } },
      // The Slack tests once more, over the other transport.
      {
        test: {
          name: 'transports',
          include: ['test/transports/**/*.test.ts', overBoth],
          ...drawn,
          ...patience(180_000),
        },
      },
      // What the whole process does once more, over it, with deliveries that come late or twice and connections that end.
      {
        test: {
          name: 'e2e-socket',
          include: ['test/e2e/**/*.test.ts'],
          // Commands go past Slack, what is named after the transports starts both by itself, and the rest is about exports and restarts.
          exclude: ['cli', 'transports', 'life', 'first-start', 'by-hand'].map((name) => `test/e2e/${name}.test.ts`),
          env: { LOCAL_SLACK_TRANSPORT: 'socket', LOCAL_SLACK_FAULTS: '7', LOG_LEVEL: 'info' },
          globalSetup: 'test/e2e/fault-tally.ts',
          ...patience(180_000),
        },
      },
      {
        test: {
          name: 'screenshots',
          include: ['test/screenshots/**/*.test.ts', 'test/e2e/walks/**/*.test.ts'],
          // The pictures of the walks go to docs/images, not to the folder for temporary files.
          env: { WALK_PICTURES: 'keep' },
          ...patience(180_000),
        },
      },
      // Servers of others, installed where they are missing.
      {
        test: {
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          globalSetup: 'test/peers/install.ts',
          ...patience(300_000),
        },
      },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...drawn, ...patience(1_200_000, 60_000) } },
    ],
  },
});
