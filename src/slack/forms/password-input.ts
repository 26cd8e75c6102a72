import type { Parameter } from '../../core/app-schema.ts';
import { isPassword, passwordOf, passwordTarget } from '../../core/password-parameter.ts';
import type { SectionGround } from './app-sections.ts';
import { type Asked, askedChoice, type Group, textOf, withValue } from './values.ts';

const block = 'parameters.password';
const texts = {
  none: 'none: Rollcall sets no password',
  generated: 'generated: shown once to whoever gets a new account',
  sso: 'SSO password: the person sets it in Rollcall, for all such apps',
} as const;

const parametersOf = (group: Group) => (group.parameters ?? []) as readonly Parameter[];

/** How the app's Password parameter is filled. The SSO password is offered only where the company has enabled password mapping. */
export function passwordInput({ app, settings, target }: SectionGround): Asked {
  const takes = target === null || target.capabilities.password === true;
  const mapped = settings.passwordMapping || passwordOf(app) === 'sso';
  const offered = (['none', 'generated', 'sso'] as const).filter(
    (source) => source === 'none' || (takes && (source !== 'sso' || mapped)),
  );
  return {
    ...askedChoice(
      block,
      'Password',
      'Asked of nobody here: who it is about enters or sees it on a page of their own.',
      offered.map((value) => ({ value, text: texts[value] })),
    ),
    held: (group) => passwordOf({ parameters: [...parametersOf(group)] }),
    put: (group, held) => withValue(group, 'parameters', withPassword(parametersOf(group), textOf(held))),
  };
}

/** In the place it had. */
function withPassword(parameters: readonly Parameter[], source: string): unknown[] {
  const own = source === 'none' ? [] : [{ target: passwordTarget, password: source }];
  const place = parameters.findIndex(isPassword);
  const others = parameters.filter((parameter) => !isPassword(parameter));
  return others.toSpliced(place < 0 ? others.length : place, 0, ...(own as Parameter[]));
}

export function passwordNotes({ settings, target }: SectionGround): string[] {
  const title = target?.title ?? 'the app';
  if (target !== null && target.capabilities.password !== true) return [`${title} takes no passwords.`];
  const warning =
    'With the SSO password, Rollcall sets the password in the app, and people no longer change it there: everybody with an account is asked to set one.';
  const enable = 'The SSO password can be chosen once password mapping is enabled: /provision settings edit.';
  return [warning, ...(settings.passwordMapping ? [] : [enable])];
}
