import type { AppConfig } from './app-schema.ts';
import type { Config } from './config.ts';
import { type Problem, problem } from './config-problem.ts';
import { filledIn, findTarget, unknownTarget } from './config-value.ts';
import type { TargetConnector } from './connector.ts';
import { isInNetwork } from './network.ts';
import { SamlSetup } from './saml-schema.ts';
import { hasPlaceholder, type Place, reservedIn, sampled, textsIn } from './secret.ts';
import { fold } from './text.ts';

/** How people sign on to an app, against its connector. `place`: of the app. */
export function checkSaml(app: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  const here = [...place, 'saml'];
  if (app.saml === undefined) return connector.capabilities.bySignOn === true ? [unset(app, here)] : [];
  return [
    ...checkReserved(app.saml, here),
    ...checkAddresses(app.saml, hostsOf(app), [...here, 'acs']),
    ...checkNameId(app.saml, app, connector, [...here, 'nameId']),
    ...checkTold(app.saml, connector, [...here, 'attributes']),
    ...checkCertificates(app.saml, here),
  ];
}

const unset = ({ name }: AppConfig, place: Place): Problem =>
  problem(
    place,
    'its accounts are made by sign-on, and nothing says how people sign on',
    `add \`saml\`, or take it from the app’s metadata: \`rollcall saml import ${name} FILE\``,
  );

/** Two apps under one entity id would be one audience: what is said to one of them would be good for the other. */
export function checkEntityIds({ apps }: Config): Problem[] {
  const known = new Map<string, string>();
  return apps.flatMap(({ name, saml }, index) => {
    if (saml === undefined) return [];
    const other = known.get(saml.entityId);
    known.set(saml.entityId, other ?? name);
    if (other === undefined) return [];
    const remedy = 'write what the app calls itself in its own metadata, or take one of the two out';
    return [problem(['apps', index, 'saml', 'entityId'], `${other} has the same entity id`, remedy)];
  });
}

/** Where accounts are provisioned, nobody signs on before theirs is there. */
export const samlRemarks = ({ apps }: Config): Problem[] =>
  apps.flatMap(({ saml, provisioning }, index) =>
    saml === undefined || !provisioning.enabled
      ? []
      : [
          problem(
            ['apps', index, 'saml'],
            'its accounts are provisioned as well, so that nobody signs on before theirs is there: provisioning first, then SAML',
            'to have the app make its accounts by itself, turn provisioning off',
          ),
        ],
  );

/** The hosts of their own that the connection names. */
function hostsOf({ connection }: AppConfig): string[] {
  const { allowHosts } = connection;
  return Array.isArray(allowHosts) ? allowHosts.filter((host) => typeof host === 'string') : [];
}

function checkAddresses({ acs }: SamlSetup, allowHosts: readonly string[], place: Place): Problem[] {
  const keys = acs.map(({ url }) => (hasPlaceholder(url) ? url : new URL(url).href));
  const indexes = acs.map(({ index }) => index);
  return acs.flatMap(({ url, index }, at) => {
    const here = [...place, at, 'url'];
    const twice = keys.indexOf(keys[at] ?? '') < at;
    const taken = index !== undefined && indexes.indexOf(index) < at;
    return [
      ...checkForm(new URL(sampled(url)), here),
      ...(hasNamedHost(url) ? [] : checkClear(new URL(sampled(url)), allowHosts, here)),
      ...(twice ? [problem(here, 'it is there twice', 'keep one of them')] : []),
      ...(taken ? [problem([...place, at, 'index'], `index ${index} is there twice`, 'number them differently')] : []),
    ];
  });
}

/** What is wrong with its addresses now that every `${NAME}` in them is known; null: nothing. Repeats none of the values. */
export function faultInAddresses({ acs }: SamlSetup, app: AppConfig): string | null {
  if (!SamlSetup.shape.acs.safeParse(acs).success) return 'an address that takes responses is none';
  const urls = acs.map(({ url }) => new URL(url));
  const [wrong] = urls.flatMap((url) => [...checkForm(url, []), ...checkClear(url, hostsOf(app), [])]);
  return wrong === undefined ? null : `of an address that takes responses: ${wrong.message}`;
}

/** Its host is known only where it is used. */
const hasNamedHost = (url: string): boolean => /^(https?:\/\/[^/?#:]*)?\$\{/.test(url);

const checkForm = ({ username, password, hash }: URL, place: Place): Problem[] =>
  `${username}${password}${hash}` === ''
    ? []
    : [problem(place, 'it holds a credential or a fragment', 'write it without')];

/** What a browser carries over http everybody on the way can read. */
function checkClear({ protocol, hostname }: URL, allowHosts: readonly string[], place: Place): Problem[] {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  if (protocol === 'https:' || isLoopback(host) || allowHosts.some((entry) => isNamed(host, entry))) return [];
  const remedy = `write https, or name the host if it is your own: allowHosts: [${host}] in the connection`;
  return [problem(place, 'who signs on would be told over http, in clear', remedy)];
}

/** What Rollcall itself runs on is sent nowhere. */
const checkReserved = ({ entityId, acs }: SamlSetup, place: Place): Problem[] =>
  textsIn({ entityId, acs }, place).flatMap((found) =>
    reservedIn(found.text).map((name) =>
      problem(found.place, `${name} belongs to Rollcall itself`, 'use a variable of another name'),
    ),
  );

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || isInNetwork(host, '127.0.0.0/8');
const isNamed = (host: string, entry: string): boolean =>
  fold(entry).replace(/\.$/, '') === host || isInNetwork(host, entry.trim());

/** Names that are made up (persistent, transient) are taken from no attribute. */
function checkNameId({ nameId }: SamlSetup, app: AppConfig, connector: TargetConnector, place: Place): Problem[] {
  const { format, target } = nameId;
  if (target === undefined) return [];
  const attribute = findTarget(connector, target);
  const here = [...place, 'target'];
  if (attribute === undefined) return [unknownTarget(target, connector, here)];
  if (attribute.kind === 'entitlement')
    return [problem(here, `${target} is an entitlement, and a person has one name`, 'name a value, such as email')];
  if (format === 'persistent' || format === 'transient' || filledIn(app, connector).has(target)) return [];
  const remedy = `add a parameter with target ${target}, or name another attribute`;
  return [problem(here, `nothing fills ${target}, so that nobody has a name to sign on under`, remedy)];
}

const checkTold = ({ attributes = {} }: SamlSetup, connector: TargetConnector, place: Place): Problem[] =>
  Object.entries(attributes).flatMap(([name, target]) =>
    findTarget(connector, target) === undefined ? [unknownTarget(target, connector, [...place, name])] : [],
  );

function checkCertificates({ certificates, requestsSigned }: SamlSetup, place: Place): Problem[] {
  const wrong = certificates.flatMap((text, index) =>
    isCertificate(text)
      ? []
      : [
          problem(
            [...place, 'certificates', index],
            'it is no certificate in PEM',
            'copy all of one, from its BEGIN line to its END line',
          ),
        ],
  );
  if (!requestsSigned || certificates.length > 0) return wrong;
  const remedy = 'add the app’s certificate to `certificates`, or write false';
  return [problem([...place, 'requestsSigned'], 'there is no certificate to check its requests with', remedy)];
}

/** One certificate, whole: DER in base64 (RFC 7468 section 5), which begins as every sequence longer than 127 bytes does. */
function isCertificate(text: string): boolean {
  const lines = text.split('\n').map((line) => line.trim());
  const [begin, ...rest] = lines.filter((line) => line !== '');
  const end = rest.pop();
  const base64 = rest.join('');
  if (begin !== '-----BEGIN CERTIFICATE-----' || end !== '-----END CERTIFICATE-----') return false;
  return base64.length % 4 === 0 && /^MI[A-Za-z0-9+/]+={0,2}$/.test(base64);
}
