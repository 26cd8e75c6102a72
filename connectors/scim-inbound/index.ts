import { defineDirectory } from '../../src/core/connector.ts';
import { ScimInboundConfig } from './config.ts';
import { scimInboundDirectory } from './directory.ts';

/** Okta, Entra ID, an HR system or another one that pushes its people to us by SCIM 2.0. */
export const connector = defineDirectory<ScimInboundConfig>({
  kind: 'directory',
  name: 'scim-inbound',
  title: 'SCIM, pushed to us',
  config: ScimInboundConfig,
  pushed: true,
  connect: scimInboundDirectory,
});
