import { defineTarget } from '../../src/core/connector.ts';
import { ScimConnection } from './connection.ts';
import { shapeOf } from './manner.ts';
import { scimTarget } from './target.ts';

const generic = shapeOf({});

/** Any cloud or on-prem app that speaks SCIM 2.0 (RFC 7643, RFC 7644), as its profile says. */
export const connector = defineTarget<ScimConnection>({
  kind: 'target',
  name: 'scim',
  title: 'SCIM 2.0',
  config: ScimConnection,
  capabilities: generic.capabilities,
  attributes: generic.attributes,
  parameters: generic.parameters,
  shapeOf,
  connect: scimTarget,
});
