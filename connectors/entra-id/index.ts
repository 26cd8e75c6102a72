import { defineDirectory, defineTarget } from '../../src/core/connector.ts';
import { shapeOf } from './attributes.ts';
import { DirectoryConfig, TargetConnection } from './config.ts';
import { entraDirectory } from './directory.ts';
import { quotaOf, rate } from './rate.ts';
import { entraTarget } from './target.ts';

/** The people of an Entra ID tenant, by Microsoft Graph. */
export const directory = defineDirectory<DirectoryConfig>({
  kind: 'directory',
  name: 'entra-id',
  title: 'Microsoft Entra ID',
  config: DirectoryConfig,
  rateOf: () => rate,
  quotaOf,
  connect: entraDirectory,
});

const usual = shapeOf({});

/** The accounts of an Entra ID tenant, with its groups and licences, by Microsoft Graph. */
export const target = defineTarget<TargetConnection>({
  kind: 'target',
  name: 'entra-id',
  title: 'Microsoft Entra ID',
  config: TargetConnection,
  capabilities: usual.capabilities,
  attributes: usual.attributes,
  parameters: usual.parameters,
  shapeOf,
  quotaOf,
  connect: entraTarget,
});

export const connectors = [directory, target];
