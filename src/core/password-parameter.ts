import type { AppConfig, Parameter } from './app-schema.ts';
import type { Config } from './config.ts';
import type { OperationKind, Reason } from './model.ts';
import type { PasswordSource } from './password.ts';

/** What the Password parameter is called, whatever the app; no attribute may take its place. */
export const passwordTarget = 'password';

/** Is this the Password parameter? It is no attribute: it appears in no wish, plan, hash, event or log. */
export const isPassword = ({ target, password }: Pick<Parameter, 'target' | 'password'>): boolean =>
  target === passwordTarget || password !== undefined;

/** How the app's Password parameter is filled; without one, not at all. */
export const passwordOf = ({ parameters }: Pick<AppConfig, 'parameters'>): PasswordSource =>
  parameters.find(({ password }) => password !== undefined)?.password ?? 'none';

/** The apps whose Password parameter is the SSO password. */
export const ssoApps = ({ apps }: Pick<Config, 'apps'>): Set<string> =>
  new Set(apps.filter((app) => app.provisioning.enabled && passwordOf(app) === 'sso').map(({ name }) => name));

const told: Readonly<Record<Exclude<PasswordSource, 'none'>, (title: string) => string>> = {
  generated: () => 'they get a generated password, shown to them once',
  sso: (title) => `the password is set by Rollcall; they no longer change it in ${title}`,
};

/**
 * What an operation means for the person's password, to be said before anybody agrees to it; null: nothing. A new account gets
 * one of either kind, an account taken over only the SSO password.
 */
export function passwordNote(source: PasswordSource, kind: OperationKind, title: string): string | null {
  if (source === 'none') return null;
  const means = kind === 'create' || (kind === 'adopt' && source === 'sso');
  return means ? told[source](title) : null;
}

/** The parameter as a link of an explanation, with the word for its value. */
export function passwordReason(
  source: Exclude<PasswordSource, 'none'>,
  title: string,
): { value: string; reason: Reason } {
  const value = source === 'sso' ? 'SSO password' : 'generated';
  const reason = {
    kind: 'parameter',
    name: passwordTarget,
    because: told[source](title),
    target: passwordTarget,
  } as const;
  return { value, reason };
}

/** What another configuration means for people's passwords: a sentence for each app whose Password parameter it changes. */
export function passwordChanges(before: Pick<Config, 'apps'> | null, after: Pick<Config, 'apps'>): string[] {
  const known = new Map(before?.apps.map((app) => [app.name, passwordOf(app)]));
  return after.apps.flatMap((app) => {
    const [was, is] = [known.get(app.name) ?? 'none', passwordOf(app)];
    return was === is ? [] : [changeText(app.title ?? app.name, is)];
  });
}

function changeText(title: string, source: PasswordSource): string {
  if (source === 'none') return `${title}: passwords are no longer set by Rollcall; what is set stays.`;
  if (source === 'generated') return `${title}: who gets a new account gets a generated password, shown to them once.`;
  return `${title}: everybody with an account is asked to set a password; it is set by Rollcall, and they no longer change it in ${title}.`;
}
