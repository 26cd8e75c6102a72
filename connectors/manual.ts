import { z } from 'zod';
import { defineTarget, type TargetAttribute } from '../src/core/connector.ts';
import { uncalled } from './_uncalled.ts';

/** `rooms = Lab`: an entitlement and one of its values. */
const given = /^\s*([^=]*[^=\s])\s*=\s*(\S(?:.*\S)?)\s*$/;
const Name = z.string().trim().min(1).max(100);

const usual: readonly TargetAttribute[] = [
  { name: 'userName', kind: 'value', type: 'string', required: true, unique: true },
  ...[
    'givenName',
    'familyName',
    'displayName',
    'email',
    'title',
    'department',
    'manager',
    'location',
    'phone',
    'employeeId',
    'startDate',
  ].map((name): TargetAttribute => ({ name, kind: 'value', type: 'string' })),
];

/** The connection of an app without any interface: what its accounts are like, since nobody else can say. */
const Described = z.strictObject({
  attributes: z
    .array(Name)
    .max(50)
    .default([])
    .describe('Values its accounts have beside the usual ones, such as desk number; parameters fill them'),
  entitlements: z
    .array(z.string().max(200).regex(given, 'write what is given and its value, such as rooms = Lab'))
    .max(1_000)
    .default([])
    .describe('What can be given in it, one value a line, such as rooms = Lab; parameters and rules give them'),
});
type ManualConnection = z.infer<typeof Described>;

const offered = ({ entitlements }: ManualConnection): { target: string; value: string }[] =>
  entitlements.flatMap((line) => {
    const [, target = '', value = ''] = given.exec(line) ?? [];
    return target === '' ? [] : [{ target, value }];
  });

const ManualConnection = Described.superRefine((connection, { addIssue }) => {
  const values = new Set([...usual.map(({ name }) => name), ...connection.attributes]);
  for (const [index, { target }] of offered(connection).entries())
    if (values.has(target))
      addIssue({ code: 'custom', path: ['entitlements', index], message: `${target} is one of its values already` });
});

/** The usual attributes, then those of the connection; a name that is there already is not there twice. */
function attributesOf(connection: ManualConnection): TargetAttribute[] {
  const own = [
    ...offered(connection).map(({ target: name }): TargetAttribute => ({ name, kind: 'entitlement', type: 'string' })),
    ...connection.attributes.map((name): TargetAttribute => ({ name, kind: 'value', type: 'string' })),
  ];
  return [...new Map([...own, ...usual].map((attribute) => [attribute.name, attribute])).values()];
}

const capabilities = { suspend: true, delete: true, entitlements: true, byHand: true } as const;
const parameters = [
  { target: 'userName', from: 'email' },
  ...['givenName', 'familyName', 'displayName', 'email'].map((name) => ({ target: name, from: name })),
];

/**
 * An app without any interface: people make its changes, as tasks in Slack. Nothing of it can be read, so that its lists are empty, and
 * nothing is ever sent.
 */
export const connector = defineTarget<ManualConnection>({
  kind: 'target',
  name: 'manual',
  title: 'By hand',
  config: ManualConnection,
  capabilities,
  attributes: usual,
  parameters,
  shapeOf(connection) {
    const read = ManualConnection.safeParse(connection);
    const attributes = read.success ? attributesOf(read.data) : usual;
    return { title: 'By hand', capabilities, attributes, parameters };
  },
  connect: (connection) => ({
    ...uncalled('the accounts of this app are kept by people'),
    entitlements: async function* () {
      yield offered(connection).map(({ target, value }) => ({ target, value, remoteId: `${target} = ${value}` }));
    },
  }),
});
