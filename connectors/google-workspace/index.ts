import { defineDirectory, defineTarget } from '../../src/core/connector.ts';
import { attributes, parameters } from './attributes.ts';
import { GoogleDirectory, GoogleTarget } from './config.ts';
import { googleDirectory } from './directory.ts';
import { googleTarget } from './target.ts';

/** The users of a Google Workspace account as people; groups and custom schemas are attributes. */
export const directory = defineDirectory<GoogleDirectory>({
  kind: 'directory',
  name: 'google-workspace',
  title: 'Google Workspace',
  config: GoogleDirectory,
  connect: googleDirectory,
});

/** A Google Workspace account as an app; its groups are the entitlements. */
export const target = defineTarget<GoogleTarget>({
  kind: 'target',
  name: 'google-workspace',
  title: 'Google Workspace',
  config: GoogleTarget,
  capabilities: { suspend: true, delete: true, entitlements: true, password: true, uniqueKey: true },
  attributes,
  parameters,
  // Google makes ten users a second at most, and takes 40 requests a second; a change is up to four of them.
  rate: { perSecond: 8, concurrency: 4 },
  connect: googleTarget,
});

export const connectors = [directory, target];
