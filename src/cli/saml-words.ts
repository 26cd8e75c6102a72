import { momentWord } from '../core/quarantine.ts';
import type { AssertionConsumer, NameIdFormat, Signing } from '../core/saml.ts';
import type { Claim, SamlImport } from '../core/saml-import.ts';
import type { SamlSetup } from '../core/saml-schema.ts';
import type { SigningKeyView } from '../engine/sign-on/sign-ons.ts';
import { tableLines } from './print.ts';

/** What an import comes to, before anything is changed. */
export function importLines({ setup, claims }: SamlImport): string[] {
  const { entityId, acs, nameId, sign, session } = setup;
  const rows = [
    ['entity id', entityId],
    ...acs.map((one, index) => [index === 0 ? 'answers go to' : '', consumerText(one)]),
    ['people are named by', nameText(nameId)],
    ['signed', signedText[sign]],
    ['requests', requestsText(setup)],
    ['sessions', session],
  ];
  return [...tableLines(rows), ...claimLines(claims, setup)];
}

const consumerText = ({ url, index }: AssertionConsumer): string =>
  index === undefined ? url : `${url} (index ${index})`;

const names: Readonly<Record<NameIdFormat, (target: string) => string>> = {
  emailAddress: (target) => `their e-mail address (emailAddress), from ${target}`,
  unspecified: (target) => `a name of no said form (unspecified), from ${target}`,
  persistent: () => 'a name that says nothing of them, the same at every sign-on (persistent)',
  transient: () => 'a name that is another one at every sign-on (transient)',
};
const nameText = ({ format, target }: SamlSetup['nameId']): string => names[format](target ?? 'email, else userName');

const signedText: Readonly<Record<Signing, string>> = {
  both: 'the response and the assertion in it',
  assertion: 'the assertion alone',
  response: 'the response alone',
};

function requestsText({ requestsSigned, certificates }: SamlSetup): string {
  const count = certificates.length === 1 ? '1 certificate' : `${certificates.length} certificates`;
  if (requestsSigned) return `refused unless signed; ${count} to check them with`;
  return certificates.length === 0 ? 'taken without a signature' : `may be unsigned; ${count} to check those that are`;
}

/** What the app would like to be told, and by what it would be. */
function claimLines(claims: readonly Claim[], { attributes }: SamlSetup): string[] {
  if (claims.length === 0 && attributes === undefined)
    return [
      '',
      'It does not say what it would like to be told: it is told every attribute that has a value, by its own name.',
    ];
  if (claims.length === 0)
    return ['', 'It does not say what it would like to be told: what it is told stays as it is.'];
  const rows = claims.map(({ name, required, target, filled }) => [
    ...[name, required ? 'required' : 'optional', target ?? '-'],
    target === null ? 'nothing was found for it' : filled ? '' : 'no parameter and no rule fills it yet',
  ]);
  const open = claims.some(({ target, filled }) => !filled || target === null);
  const how =
    attributes === undefined
      ? 'None of that is known here, so that it is told every attribute that has a value, by its own name.'
      : 'What fills it was found by its name: look at it, and correct `saml.attributes` where it is something else.';
  return [
    '',
    ...tableLines([['it would be told', '', 'from', ''], ...rows]),
    ...(open || attributes !== undefined ? [how] : []),
  ];
}

/** The keys as a table; `now` for those that will sign. */
export function keyLines(keys: readonly SigningKeyView[]): string[] {
  if (keys.length === 0)
    return ['There is no signing key yet: the first is made when the metadata is first asked for.'];
  const rows = keys.map(({ id, state, signsFrom, publishedUntil, endsAt }) => [
    ...[
      id,
      state,
      momentWord(signsFrom),
      publishedUntil === null ? 'until another one signs' : momentWord(publishedUntil),
    ],
    momentWord(endsAt),
  ]);
  return tableLines([['key', 'state', 'signs from', 'in the metadata until', 'certificate ends'], ...rows]);
}

/** What a rotation does, before it is done. `apps`: those people sign on to; `overlap`: milliseconds, 0 for at once. */
export function rotationWarning(apps: readonly string[], overlap: number, now: number): string[] {
  const signedOn =
    apps.length === 0 ? 'No app is signed on to yet.' : `Apps that are signed on to: ${apps.join(', ')}.`;
  if (overlap === 0)
    return [
      'The new key signs at once, and every other is out of the metadata: what it signs from now on is worth nothing.',
      'Until an app has the new certificate it refuses every sign-on: have whoever runs it ready, or reading our metadata.',
      signedOn,
    ];
  return [
    `The new key stands in the metadata at once and signs from ${momentWord(now + overlap)}; the one before stands there until ${momentWord(now + 2 * overlap)}.`,
    'Apps that read our metadata by themselves follow. Every other has to be given the new certificate in that time.',
    signedOn,
  ];
}
