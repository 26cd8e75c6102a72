import { common, type ResourceType, resourceTypes, type ScimAttribute, type ScimSchema, urns } from './schema.ts';

/** Most resources of one answer, and how many there are where a client does not say. */
export const pages = { most: 200, usual: 100 } as const;

const ofCore = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`;
const meta = (resourceType: string, location: string) => ({ resourceType, location });

/** What this server can do, RFC 7643 section 5. `base`: our address, without a slash at its end. */
export const serviceProviderConfig = (base: string) => ({
  schemas: [ofCore('ServiceProviderConfig')],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: pages.most },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      ...{ type: 'oauthbearertoken', name: 'Bearer token', primary: true },
      ...{ description: 'A token of `rollcall directory token`', specUri: 'https://www.rfc-editor.org/rfc/rfc6750' },
    },
  ],
  meta: meta('ServiceProviderConfig', `${base}/ServiceProviderConfig`),
});

const typeOf = (base: string, { kind, endpoint, description, schema, extensions }: ResourceType) => ({
  schemas: [ofCore('ResourceType')],
  ...{ id: kind, name: kind, endpoint: `/${endpoint}`, description, schema: schema.urn },
  ...(extensions.length > 0 && { schemaExtensions: extensions.map(({ urn }) => ({ schema: urn, required: false })) }),
  meta: meta('ResourceType', `${base}/ResourceTypes/${kind}`),
});

/** RFC 7643 section 6. */
export const resourceTypesOf = (base: string) => Object.values(resourceTypes).map((type) => typeOf(base, type));

const schemaOf = (base: string, { urn, name, description, attributes }: ScimSchema) => ({
  schemas: [ofCore('Schema')],
  ...{ id: urn, name, description, attributes: attributes.map(attributeOf) },
  meta: meta('Schema', `${base}/Schemas/${urn}`),
});

function attributeOf(attribute: ScimAttribute): object {
  const { name, type, many, description, required, exact, readOnly, unique, usual, members } = attribute;
  return {
    ...{ name, type, multiValued: many, description, required, caseExact: exact },
    ...{ mutability: readOnly ? 'readOnly' : 'readWrite', returned: 'default', uniqueness: unique ? 'server' : 'none' },
    ...(usual.length > 0 && { canonicalValues: usual }),
    ...(type === 'reference' && { referenceTypes: ['external'] }),
    ...(members.length > 0 && { subAttributes: members.map(attributeOf) }),
  };
}

/** RFC 7643 section 7. `externalId` is listed, as clients look for it there; `id`, `meta` and `schemas` are in no schema. */
export function schemasOf(base: string) {
  const externalId = common.filter(({ name }) => name === 'externalId');
  return Object.values(resourceTypes).flatMap(({ schema, extensions }) => [
    schemaOf(base, { ...schema, attributes: [...externalId, ...schema.attributes] }),
    ...extensions.map((extension) => schemaOf(base, extension)),
  ]);
}

export const listOf = (resources: readonly unknown[], total = resources.length, start = 1) => ({
  schemas: [urns.list],
  ...{ totalResults: total, startIndex: start, itemsPerPage: resources.length },
  Resources: resources,
});
