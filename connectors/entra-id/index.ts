import { defineDirectory, defineTarget } from '../../src/core/connector.ts';
import { attributes, parameters } from './attributes.ts';
import { DirectoryConfig, TargetConnection } from './config.ts';
import { entraDirectory } from './directory.ts';
import { entraTarget } from './target.ts';

/** The people of an Entra ID tenant, by Microsoft Graph. */
export const directory = defineDirectory<DirectoryConfig>({
  kind: 'directory',
  name: 'entra-id',
  title: 'Microsoft Entra ID',
  config: DirectoryConfig,
  connect: entraDirectory,
});

/** The accounts of an Entra ID tenant, with its groups and licences, by Microsoft Graph. */
export const target = defineTarget<TargetConnection>({
  kind: 'target',
  name: 'entra-id',
  title: 'Microsoft Entra ID',
  config: TargetConnection,
  capabilities: { suspend: true, delete: true, entitlements: true, password: true, uniqueKey: true },
  attributes,
  parameters,
  /** Of writes a tenant takes 3,000 in 150 seconds; a change is two of them or three. */
  rate: { perSecond: 8, concurrency: 8 },
  connect: entraTarget,
});

export const connectors = [directory, target];
