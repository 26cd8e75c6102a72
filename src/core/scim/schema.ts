/** An attribute of a schema, RFC 7643 section 2.2. `any`: of an extension we know nothing about. */
export type ScimAttribute = {
  name: string;
  type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'complex' | 'any';
  many: boolean;
  /** The case of letters counts. */
  exact: boolean;
  required: boolean;
  readOnly: boolean;
  unique: boolean;
  description: string;
  /** Usual values, RFC 7643: others are taken too. */
  usual: readonly string[];
  members: readonly ScimAttribute[];
};

export type ScimSchema = { urn: string; name: string; description: string; attributes: readonly ScimAttribute[] };
export type ResourceKind = 'User' | 'Group';
export type ResourceType = {
  kind: ResourceKind;
  endpoint: string;
  description: string;
  schema: ScimSchema;
  extensions: readonly ScimSchema[];
};

export const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
} as const;

type Given = Partial<Omit<ScimAttribute, 'name' | 'description'>>;
const attribute = (name: string, description: string, given: Given = {}): ScimAttribute => ({
  ...{ name, description, type: 'string', many: false, exact: false, required: false, readOnly: false },
  ...{ unique: false, usual: [], members: [] },
  ...given,
});

const complex = (name: string, description: string, members: readonly ScimAttribute[], given: Given = {}) =>
  attribute(name, description, { type: 'complex', members, ...given });

/** Many values of the usual form: value, display, type, primary. */
const several = (name: string, description: string, usual: readonly string[], more: readonly ScimAttribute[] = []) =>
  complex(
    name,
    description,
    [
      ...more,
      attribute('value', 'The value itself'),
      attribute('display', 'How people read it'),
      attribute('type', 'What it is for', { usual }),
      attribute('primary', 'The one that is preferred; at most one is', { type: 'boolean' }),
    ],
    { many: true },
  );

const user: ScimSchema = {
  urn: urns.user,
  name: 'User',
  description: 'A person',
  attributes: [
    attribute('userName', 'What they sign in with', { required: true, unique: true }),
    complex('name', 'The parts of their name', [
      attribute('formatted', 'The whole name'),
      attribute('familyName', 'Family name'),
      attribute('givenName', 'Given name'),
      attribute('middleName', 'Middle names'),
      attribute('honorificPrefix', 'Title before the name'),
      attribute('honorificSuffix', 'Title behind the name'),
    ]),
    attribute('displayName', 'What people call them'),
    attribute('nickName', 'What friends call them'),
    attribute('profileUrl', 'A page about them', { type: 'reference', exact: true }),
    attribute('title', 'Their job'),
    attribute('userType', 'How they belong to the company'),
    attribute('preferredLanguage', 'The language they read'),
    attribute('locale', 'How dates and numbers are written to them'),
    attribute('timezone', 'Their time zone'),
    attribute('active', 'Do they work here now?', { type: 'boolean' }),
    several('emails', 'E-mail addresses', ['work', 'home', 'other']),
    several('phoneNumbers', 'Telephone numbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    several('ims', 'Addresses for instant messages', []),
    several('photos', 'Addresses of pictures', ['photo', 'thumbnail']),
    complex(
      'addresses',
      'Postal addresses',
      [
        attribute('formatted', 'The whole address'),
        attribute('streetAddress', 'Street and number'),
        attribute('locality', 'City'),
        attribute('region', 'State or region'),
        attribute('postalCode', 'Postal code'),
        attribute('country', 'Country, ISO 3166-1 alpha-2'),
        attribute('type', 'What it is for', { usual: ['work', 'home', 'other'] }),
        attribute('primary', 'The one that is preferred; at most one is', { type: 'boolean' }),
      ],
      { many: true },
    ),
    complex(
      'groups',
      'The groups they are in; changed at the groups',
      [
        attribute('value', 'The id of the group', { exact: true, readOnly: true }),
        attribute('$ref', 'Its address', { type: 'reference', exact: true, readOnly: true }),
        attribute('display', 'Its name', { readOnly: true }),
        attribute('type', 'Always direct', { readOnly: true, usual: ['direct'] }),
      ],
      { many: true, readOnly: true },
    ),
    several('entitlements', 'What they are entitled to', []),
    several('roles', 'Their roles', []),
  ],
};

const enterprise: ScimSchema = {
  urn: urns.enterprise,
  name: 'EnterpriseUser',
  description: 'A person in a company',
  attributes: [
    attribute('employeeNumber', 'The number the company knows them by'),
    attribute('costCenter', 'Cost centre'),
    attribute('organization', 'Company'),
    attribute('division', 'Division'),
    attribute('department', 'Department'),
    complex('manager', 'Their manager', [
      attribute('value', 'The id of the manager here', { exact: true }),
      attribute('$ref', 'Its address', { type: 'reference', exact: true }),
      attribute('displayName', 'Their name'),
    ]),
  ],
};

const group: ScimSchema = {
  urn: urns.group,
  name: 'Group',
  description: 'A group of people',
  attributes: [
    attribute('displayName', 'Its name', { required: true }),
    complex(
      'members',
      'Who is in it',
      [
        attribute('value', 'The id of the person here', { exact: true }),
        attribute('$ref', 'Its address', { type: 'reference', exact: true, readOnly: true }),
        attribute('display', 'Their name', { readOnly: true }),
        attribute('type', 'Always User', { readOnly: true, usual: ['User'] }),
      ],
      { many: true },
    ),
  ],
};

/** On every resource, RFC 7643 section 3.1; in no schema of its own. */
export const common: readonly ScimAttribute[] = [
  attribute('id', 'The id it has here', { exact: true, readOnly: true, unique: true }),
  attribute('externalId', 'The id it has where it comes from', { exact: true }),
  complex(
    'meta',
    'About the resource itself',
    [
      attribute('resourceType', 'User or Group', { exact: true, readOnly: true }),
      attribute('created', 'When it was first sent', { type: 'dateTime', readOnly: true }),
      attribute('lastModified', 'When it changed last', { type: 'dateTime', readOnly: true }),
      attribute('location', 'Its address', { type: 'reference', exact: true, readOnly: true }),
      attribute('version', 'Its version, as in ETag', { exact: true, readOnly: true }),
    ],
    { readOnly: true },
  ),
  attribute('schemas', 'The schemas it has attributes of', { many: true, exact: true, readOnly: true }),
];

export const resourceTypes: Record<ResourceKind, ResourceType> = {
  User: { kind: 'User', endpoint: 'Users', description: 'People', schema: user, extensions: [enterprise] },
  Group: { kind: 'Group', endpoint: 'Groups', description: 'Groups of people', schema: group, extensions: [] },
};

/** An attribute of an extension we know nothing about: one text, number or truth value, or several. */
export const unknownAttribute = (name: string): ScimAttribute =>
  attribute(name, '', { type: 'any', many: false, exact: false });

/** Found in any case of letters, RFC 7643 section 2.1. */
export const named = (attributes: readonly ScimAttribute[], name: string): ScimAttribute | undefined =>
  attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());

/** The kind of resource at an address, by the last part of it. */
export const kindAt = (endpoint: string): ResourceKind | null =>
  Object.values(resourceTypes).find((type) => type.endpoint === endpoint)?.kind ?? null;
