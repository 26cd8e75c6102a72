import type { AppConfig } from '../../core/app-schema.ts';
import { faultInAddresses } from '../../core/config-saml.ts';
import { RollcallError, refused } from '../../core/errors.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import { resolvedSaml, type SamlSetup } from '../../core/saml-schema.ts';
import { goesByName, isBySignOn, rightOf, type SignOnRight, takenName } from '../../core/sign-on-right.ts';
import { fold } from '../../core/text.ts';
import { titleOf } from '../named-app.ts';
import { signOnWish } from '../plan/consider.ts';
import type { AppWorld, World } from '../world.ts';
import type { SignOnDeps } from './deps.ts';

/** An app people sign on to. */
export type SamlApp = AppConfig & { saml: SamlSetup };

/**
 * With its addresses as they are; null where nobody signs on to it, or nobody can: a value is missing, or makes an address that nobody is
 * to be sent to, as the log then says.
 */
export function samlApp({ book, log }: Pick<SignOnDeps, 'book' | 'log'>, app: AppConfig): SamlApp | null {
  try {
    return app.saml === undefined ? null : { ...app, saml: checked(resolvedSaml(app.saml, book.secret), app) };
  } catch (error) {
    if (!(error instanceof RollcallError && error.next === 'show')) throw error;
    log.warn({ app: app.name, code: error.code }, `nobody signs on to an app: ${error.message}`);
    return null;
  }
}

function checked(saml: SamlSetup, app: AppConfig): SamlSetup {
  const fault = faultInAddresses(saml, app);
  if (fault === null) return saml;
  throw refused('saml-address', `${app.name}: ${fault}`, 'Put right what its `${NAME}` stands for.');
}

/** Somebody who may want to sign on to an app, as they are now; `login`: theirs there. */
export type Holder = { world: World; app: AppWorld; person: Person; login: Login | null };

/** May the person sign on to the app at this moment? */
export async function rightNow(
  deps: Pick<SignOnDeps, 'store'>,
  { world, app, person, login }: Holder,
): Promise<SignOnRight> {
  const wish = signOnWish({ world, app, person, login });
  const right = rightOf({ app: app.app, attributes: app.attributes, person, login, wish });
  if (!right.may || right.name === null || !(await isAnothers(deps, app, person, right.name))) return right;
  return { may: false, text: takenName(titleOf(app), right.name) };
}

/**
 * Does the app, which makes accounts by the name it is told, know somebody else by it? An address may have been another's before, or two
 * may have one at the same time.
 */
export async function isAnothers(
  { store }: Pick<SignOnDeps, 'store'>,
  { app }: AppWorld,
  person: Person,
  name: string,
): Promise<boolean> {
  if (!isBySignOn(app) || !goesByName(app)) return false;
  return (await store.logins.knownAs(app.name, fold(name))).some((login) => login.person !== person.id);
}

/** The login somebody has in an app, by id. */
export const loginIdOf = (person: Person, app: AppWorld): string => loginId(person.id, app.app.name);
