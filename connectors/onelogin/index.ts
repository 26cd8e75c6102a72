import { defineDirectory, type Rate } from '../../src/core/connector.ts';
import { OneLoginConfig } from './config.ts';
import { oneLoginDirectory } from './directory.ts';
import { moveIn } from './move-in.ts';

/** What OneLogin takes of an account in any hour (developers.onelogin.com/api-docs/2/oauth20-tokens/get-rate-limit). */
const rateOf = ({ callsPerHour }: OneLoginConfig): Rate => ({ all: { calls: callsPerHour, seconds: 3_600 } });

/** The limit is the account's. */
const quotaOf = ({ url }: Readonly<Record<string, unknown>>) => String(url).toLowerCase();

/** A OneLogin account, read by its API; its roles and custom attributes are attributes here. */
export const connector = defineDirectory<OneLoginConfig>({
  kind: 'directory',
  name: 'onelogin',
  title: 'OneLogin',
  config: OneLoginConfig,
  rateOf,
  quotaOf,
  connect: oneLoginDirectory,
  moveIn,
});
