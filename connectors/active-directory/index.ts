import { defineDirectory } from '../../src/core/connector.ts';
import { DirectoryConfig } from './config.ts';
import { activeDirectory } from './directory.ts';

/** The people of an Active Directory domain, over LDAPS or StartTLS. */
export const connector = defineDirectory<DirectoryConfig>({
  kind: 'directory',
  name: 'active-directory',
  title: 'Active Directory',
  config: DirectoryConfig,
  connect: activeDirectory,
});
