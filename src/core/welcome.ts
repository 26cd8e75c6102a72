import type { Config } from './config.ts';
import type { Login } from './login-model.ts';
import type { Person } from './model.ts';
import { nameOf } from './name.ts';
import { wordOf } from './status.ts';
import { byText, textOf } from './text.ts';

/** What somebody new is told: the accounts they got, and those on their way. */
export type Welcome = {
  personName: string;
  /** `userName`: what they sign on as, where the app shows it. */
  apps: readonly { app: string; title: string; signOn: string | null; userName: string | null }[];
  /** Titles of apps whose account is not there yet, with the word of its status. */
  coming: readonly { title: string; word: string }[];
};

/** Everything they have was made by Rollcall: whoever had an account before is no joiner, and knows their way. */
export const isJoiner = (logins: readonly Login[]): boolean =>
  logins.some(({ provenance }) => provenance === 'created') &&
  logins.every(({ provenance }) => provenance === 'created' || provenance === null);

const underWay: ReadonlySet<string> = new Set(['pending approval', 'to do', 'provisioning']);

/** Null: there is nothing to tell, or it is nobody new. */
export function welcomeOf(person: Person, logins: readonly Login[], config: Config): Welcome | null {
  if (person.status !== 'active' || person.stop !== null || !isJoiner(logins)) return null;
  const appOf = new Map(config.apps.map((app) => [app.name, app]));
  const titleOf = ({ app }: Login): string => appOf.get(app)?.title ?? app;
  const known = logins.filter(({ app }) => appOf.has(app)).sort((a, b) => byText(titleOf(a), titleOf(b)));
  const apps = known
    .filter((login) => login.account === 'active' && !login.disassociated)
    .map((login) => ({
      ...{ app: login.app, title: titleOf(login), signOn: appOf.get(login.app)?.signOn ?? null },
      userName: login.observed === null ? null : textOf(login.observed.attributes, 'userName'),
    }));
  if (apps.length === 0) return null;
  const coming = known.map((login) => ({ title: titleOf(login), word: wordOf(login) as string }));
  return { personName: nameOf(person), apps, coming: coming.filter(({ word }) => underWay.has(word)) };
}
