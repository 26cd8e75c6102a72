import { z } from 'zod';
import { defineTarget, type TargetAttribute } from '../src/core/connector.ts';
import { AllowHosts } from './_http.ts';
import { uncalled } from './_uncalled.ts';

const Name = z.string().trim().min(1).max(100);

const usual: readonly TargetAttribute[] = [
  { name: 'userName', kind: 'value', type: 'string', unique: true },
  ...[
    'email',
    'givenName',
    'familyName',
    'displayName',
    'title',
    'department',
    'company',
    'manager',
    'location',
    'phone',
    'employeeId',
  ].map((name): TargetAttribute => ({ name, kind: 'value', type: 'string' })),
  { name: 'groups', kind: 'entitlement', type: 'string' },
];

/** What an app is told of people beyond the usual; nothing of it is ever called. */
const SamlConnection = z
  .strictObject({
    attributes: z
      .array(Name)
      .max(50)
      .default([])
      .describe('Values it is told beside the usual ones, such as cost centre; parameters fill them'),
    entitlements: z
      .array(Name)
      .max(50)
      .default([])
      .describe('What people may be given in it beside groups, such as licences; parameters and rules give any value'),
    allowHosts: AllowHosts.default([]).describe('Hosts of your own that people may be sent to over http, in clear'),
  })
  .superRefine(({ attributes, entitlements }, { addIssue }) => {
    const values = new Set([...usual.filter(({ kind }) => kind === 'value').map(({ name }) => name), ...attributes]);
    for (const [index, name] of entitlements.entries())
      if (values.has(name))
        addIssue({ code: 'custom', path: ['entitlements', index], message: `${name} is one of its values already` });
    for (const [index, name] of attributes.entries())
      if (name === 'groups')
        addIssue({ code: 'custom', path: ['attributes', index], message: 'groups is an entitlement already' });
  });
type SamlConnection = z.infer<typeof SamlConnection>;

/** The usual attributes, then those of the connection; a name that is there already is not there twice. */
function attributesOf({ attributes, entitlements }: SamlConnection): TargetAttribute[] {
  const own = [
    ...attributes.map((name): TargetAttribute => ({ name, kind: 'value', type: 'string' })),
    ...entitlements.map((name): TargetAttribute => ({ name, kind: 'entitlement', type: 'string' })),
  ];
  return [...new Map([...own, ...usual].map((attribute) => [attribute.name, attribute])).values()];
}

const title = 'By sign-on';
const capabilities = { bySignOn: true } as const;
const parameters = [
  { target: 'userName', from: 'email' },
  ...['email', 'givenName', 'familyName', 'displayName'].map((name) => ({ target: name, from: name })),
];

/**
 * An app that makes an account when its person first signs on by SAML, and that is told about them in no other way. What it is told is
 * worked out as for every app, by parameters and rules; nothing is ever called, so that its lists are empty.
 */
export const connector = defineTarget<SamlConnection>({
  ...{ kind: 'target', name: 'saml', title, config: SamlConnection },
  capabilities,
  attributes: usual,
  parameters,
  shapeOf(connection) {
    const read = SamlConnection.safeParse(connection);
    return { title, capabilities, attributes: read.success ? attributesOf(read.data) : usual, parameters };
  },
  connect: () => uncalled('the accounts of this app are made by sign-on'),
});
