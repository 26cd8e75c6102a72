import { defineDirectory } from '../../src/core/connector.ts';
import { OneLoginConfig } from './config.ts';
import { oneLoginDirectory } from './directory.ts';
import { moveIn } from './move-in.ts';

/** A OneLogin account, read by its API; its roles and custom attributes are attributes here. */
export const connector = defineDirectory<OneLoginConfig>({
  kind: 'directory',
  name: 'onelogin',
  title: 'OneLogin',
  config: OneLoginConfig,
  connect: oneLoginDirectory,
  moveIn,
});
