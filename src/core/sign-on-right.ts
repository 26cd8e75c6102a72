import type { AppConfig } from './app-schema.ts';
import type { TargetAttribute } from './connector.ts';
import { missingRequired } from './desired.ts';
import type { Login } from './login-model.ts';
import type { Person, Wish } from './model.ts';
import { isManaged, nameOfAccount } from './sign-on-name.ts';
import { explain, wordOf } from './status.ts';
import { ended } from './text.ts';

/** May this person sign on to this app now, with what? `text`: why not, and what to do, in sentences. */
export type SignOnRight =
  /** `name`: what the app is told people are called; null where it goes by another kind of name. */
  { may: true; wish: Wish; name: string | null } | { may: false; text: string };

export type Claim = {
  app: AppConfig;
  attributes: readonly TargetAttribute[];
  person: Person;
  login: Login | null;
  /** What an account of theirs would be, made by sign-on or not. */
  wish: Wish;
};

/** An app whose accounts are made by the first sign-on, and by nothing else. */
export const isBySignOn = ({ saml, provisioning }: Pick<AppConfig, 'saml' | 'provisioning'>): boolean =>
  saml !== undefined && !provisioning.enabled;

/** The app as a sign-on sees it: what provisioning would wish, where Rollcall provisions or not, entitlements too. */
export const asSignedOn = (app: AppConfig): AppConfig => ({
  ...app,
  provisioning: { ...app.provisioning, enabled: true, entitlements: true },
});

const no = (text: string): SignOnRight => ({ may: false, text });

/**
 * Only who works here, is entitled by a role or a grant, and where Rollcall provisions has a managed account already: provisioning
 * first, then SAML.
 */
export function rightOf({ app, attributes, person, login, wish }: Claim): SignOnRight {
  const title = app.title ?? app.name;
  if (app.saml === undefined) return no(`Nobody signs on to ${title} through Rollcall. An admin sets that up.`);
  if (person.twins.length > 0)
    return no('An admin has to say first whether you are somebody the directory knew before.');
  if (person.status !== 'active' || person.stop !== null)
    return no(`You are ${standing(person)}, so no sign-on is given. Ask an admin if that is wrong.`);
  if (wish.state !== 'active') return no(`You are not entitled to ${title}: ${becauseOf(wish)}. ${askFor(app)}`);
  const missing = missingRequired(wish, attributes);
  if (missing.length > 0)
    return no(
      `${title} needs ${missing.join(' and ')}, and nothing fills it for you. An admin completes the directory or the parameters.`,
    );
  if (login?.disassociated) return no(`${ended(explain(login))} Until then there is no sign-on either.`);
  if (app.provisioning.enabled && !isProvisioned(login)) return no(provisioningFirst(title, login));
  if (!goesByName(app)) return { may: true, wish, name: null };
  const { name, changedTo } = nameOfAccount(app.saml.nameId.target, wish, person, isManaged(login) ? login : null);
  if (name === null)
    return no(`${title} names people by an attribute that is empty for you. An admin completes the directory.`);
  if (changedTo !== undefined)
    return no(
      `Your account in ${title} is called ${changedTo} there, which somebody changed by hand, and not ${name}. Once that is put right you may sign on: ask an admin.`,
    );
  return { may: true, wish, name };
}

/** Its accounts are known by what people are called, and so by something that two may have. */
export const goesByName = ({ saml }: Pick<AppConfig, 'saml'>): boolean =>
  saml?.nameId.format === 'emailAddress' || saml?.nameId.format === 'unspecified';

/** The app knows somebody else by that name already, and would let one into the account of the other. */
export const takenName = (title: string, name: string): string =>
  `${title} knows somebody else by the name ${name}, and would let you into their account. An admin has that account closed in ${title} first, and marks it as closed.`;

const standing = ({ status, stop }: Person): string => {
  if (stop !== null) return 'disabled';
  return status === 'left' ? 'marked as gone in the directory' : 'suspended in the directory';
};

function becauseOf({ reasons }: Wish): string {
  const [last, ...more] = reasons
    .filter(({ target }) => target === undefined)
    .map(({ because }) => because)
    .reverse();
  return [last ?? 'no role gives it', ...more.slice(0, 1)].reverse().join(', ');
}

const askFor = ({ requestable, name, provisioning }: AppConfig): string =>
  requestable === true && provisioning.enabled
    ? `You may ask for it: \`/provision request ${name}\`.`
    : 'Ask your manager or an admin.';

const isProvisioned = (login: Login | null): boolean => isManaged(login) && login?.account === 'active';

const provisioningFirst = (title: string, login: Login | null): string => {
  const stands = login === null ? 'there is none yet' : `it is “${wordOf(login)}”. ${explain(login)}`;
  return `Provisioning first, then SAML: Rollcall makes your account in ${title} before you can sign on, and ${ended(stands)}`;
};
