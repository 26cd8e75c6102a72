import { App } from '../../core/app-schema.ts';
import { linesIn } from '../../core/form.ts';
import {
  type AssertionConsumer,
  type NameIdFormat,
  nameIdFormatNames,
  type Signing,
  signings,
} from '../../core/saml.ts';
import { SamlSetup } from '../../core/saml-schema.ts';
import type { SectionGround } from './app-sections.ts';
import { type Asked, asked, askedAs, askedChoice, askedFlag, type Group, valueAt, withValue } from './values.ts';

/** What is set where nothing is said. */
const usual = SamlSetup.parse({ entityId: '-', acs: [{ url: 'https://app.example' }] });

/** An app without a setup begins with what is usual. */
const usually = (input: Asked): Asked => ({
  ...input,
  held: (group) => input.held(valueAt(group, 'saml') === undefined ? { saml: usual } : group),
});

const formats: Readonly<Record<NameIdFormat, string>> = {
  emailAddress: 'e-mail address',
  persistent: 'persistent: the same for good, and no address',
  transient: 'transient: another one each time',
  unspecified: 'unspecified: as the app knows them',
};
const signed: Readonly<Record<Signing, string>> = {
  both: 'response and assertion',
  assertion: 'the assertion alone',
  response: 'the response alone',
};

/** How people sign on to an app by SAML. Its certificates and what it is told have no input, and stay as they are. */
export const signOnInputs = (): Asked[] => [
  asked(
    App,
    'saml.entityId',
    'Entity id of the app',
    'As its metadata says. This and the addresses empty: nobody signs on to it through Rollcall.',
  ),
  consumersInput,
  usually(
    askedChoice(
      'saml.nameId.format',
      'People are named by (NameID)',
      '',
      nameIdFormatNames.map((value) => ({ value, text: formats[value] })),
    ),
  ),
  asked(
    App,
    'saml.nameId.target',
    'That name is taken from',
    'An attribute of the account, such as email. Empty: userName or email.',
  ),
  usually(
    askedChoice(
      'saml.sign',
      'Rollcall signs',
      '',
      signings.map((value) => ({ value, text: signed[value] })),
    ),
  ),
  usually(
    askedFlag('saml.requestsSigned', 'Requests of the app are signed', 'It needs a certificate of the app.', [
      'yes: others are refused',
      'no: they may be unsigned',
    ]),
  ),
  usually(asked(App, 'saml.session', 'A session lasts', 'Such as 8 hours: what the app is told.')),
];

const consumersIn = (group: Group) => (valueAt(group, 'saml.acs') ?? []) as readonly AssertionConsumer[];

/** An address a line; each keeps the number it has in the app's metadata. */
const consumersInput: Asked = {
  ...askedAs(
    'saml.acs',
    'Addresses that take responses (ACS)',
    'Such as https://app.example/saml/acs, a line each, the usual one first.',
    {
      ...{ lines: true, valueOf: () => undefined },
      textOf: (value) => ((value ?? []) as readonly AssertionConsumer[]).map(({ url }) => url).join('\n'),
    },
  ),
  put(group, held) {
    const left = [...consumersIn(group)];
    const next = linesIn(typeof held === 'string' ? held : '').map((url) => {
      const place = left.findIndex((one) => one.url === url);
      return place < 0 ? { url } : (left.splice(place, 1)[0] ?? { url });
    });
    return withValue(group, 'saml.acs', next.length === 0 ? undefined : next);
  },
};

/** Our addresses, for whoever sets the app up, and what no input asks for. */
export function signOnNotes({ app, addresses = null }: SectionGround): string[] {
  const { certificates = [], attributes } = app.saml ?? {};
  const kept = certificates.length > 0 || attributes !== undefined;
  return [
    ...(addresses === null
      ? []
      : [
          `The app is told of Rollcall: entity id ${addresses.entityId}, sign-on address ${addresses.signOn}, metadata ${addresses.metadata}`,
        ]),
    kept
      ? 'The app’s certificates and what it is told stay as they are.'
      : 'Certificates of the app, and other names for what it is told, come with its metadata: rollcall saml import.',
    'Another admin has to agree to any change of this, where there is one.',
  ];
}
