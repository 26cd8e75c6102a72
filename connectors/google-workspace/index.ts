import { defineDirectory, defineTarget } from '../../src/core/connector.ts';
import { GoogleDirectory, GoogleTarget } from './config.ts';
import { googleDirectory } from './directory.ts';
import { quotaOf, rate } from './rate.ts';
import { shapeOf } from './shape.ts';
import { googleTarget } from './target.ts';

/** The users of a Google Workspace account as people; groups and custom schemas are attributes. */
export const directory = defineDirectory<GoogleDirectory>({
  kind: 'directory',
  name: 'google-workspace',
  title: 'Google Workspace',
  config: GoogleDirectory,
  rateOf: () => rate,
  quotaOf,
  connect: googleDirectory,
});

const { capabilities, attributes, parameters, remarks } = shapeOf({});

/** A Google Workspace account as an app; its groups are the entitlements. */
export const target = defineTarget<GoogleTarget>({
  kind: 'target',
  name: 'google-workspace',
  title: 'Google Workspace',
  config: GoogleTarget,
  ...{ capabilities, attributes, parameters, rate, shapeOf, quotaOf },
  ...(remarks && { remarks }),
  connect: googleTarget,
});

export const connectors = [directory, target];
