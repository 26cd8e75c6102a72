import { defineTarget } from '../../src/core/connector.ts';
import { attributes, parameters } from './attributes.ts';
import { ScimConnection } from './connection.ts';
import { scimTarget } from './target.ts';

/** Any cloud or on-prem app that speaks SCIM 2.0 (RFC 7643, RFC 7644). */
export const connector = defineTarget<ScimConnection>({
  kind: 'target',
  name: 'scim',
  title: 'SCIM 2.0',
  config: ScimConnection,
  capabilities: { suspend: true, delete: true, entitlements: true, password: true },
  attributes,
  parameters,
  connect: scimTarget,
});
