import { defineDirectory, defineTarget } from '../../src/core/connector.ts';
import { DirectoryConfig } from './config.ts';
import { activeDirectory } from './directory.ts';
import { activeDirectoryTarget } from './target.ts';
import { accountAttributes, accountParameters } from './target-attributes.ts';
import { TargetConnection } from './target-config.ts';

/** The people of an Active Directory domain, over LDAPS or StartTLS. */
export const directory = defineDirectory<DirectoryConfig>({
  kind: 'directory',
  name: 'active-directory',
  title: 'Active Directory',
  config: DirectoryConfig,
  connect: activeDirectory,
});

/** Accounts and groups in an Active Directory domain. */
export const target = defineTarget<TargetConnection>({
  kind: 'target',
  name: 'active-directory',
  title: 'Active Directory',
  config: TargetConnection,
  capabilities: { suspend: true, delete: true, entitlements: true, password: true, uniqueKey: true },
  attributes: accountAttributes,
  parameters: accountParameters,
  rate: { concurrency: 8 },
  remarks: {
    delete:
      'A deleted account is gone for good, with its rights to files and mailboxes; whoever comes back gets a new one.',
    entitlements: 'Groups the account itself is in; none that Windows protects, such as Domain Admins.',
  },
  connect: activeDirectoryTarget,
});

export const connectors = [directory, target];
