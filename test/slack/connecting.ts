import { refused } from '../../src/core/errors.ts';
import type { Connecting } from '../../src/engine/connect/connecting.ts';

const never = async (): Promise<never> => {
  throw new Error('nothing is connected here');
};

/** An engine that connects nothing: what it is about is tested with the real one. */
export const noConnecting = (): Connecting => ({
  connectorsThere: () => [],
  connectorOf: () => null,
  drafts: async () => [],
  draft: async () => null,
  secretPage: async () => null,
  setSecrets: async () => null,
  startAuthentication: async () => null,
  finishAuthentication: async () => null,
  showDraft: async () => undefined,
  async beginRenewal(app) {
    throw refused('nothing-to-renew', `the connection of ${app} names no secret`, 'There is nothing to renew.');
  },
  ...{ beginDraft: never, saveStep: never, dropDraft: never, openSecretPage: never, openAuthentication: never },
  ...{ testDraft: never, refreshDraft: never, discoverDraft: never, reviewDraft: never, connectDraft: never },
});
