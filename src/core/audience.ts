import type { Config } from './config.ts';
import type { Person } from './model.ts';
import { worksHere } from './standing.ts';
import { fold, valuesOf } from './text.ts';

/** What somebody may beside their own: given by the configuration, by name. Whoever is several of them may what each may. */
export type Powers = { admin: boolean; approver: boolean; auditor: boolean };

/** Whom a verb, a button or a command is for. `approvers` decide, each request by its own circle, which is asked there. */
export const audiences = ['everyone', 'readers', 'approvers', 'auditors', 'admins'] as const;
export type Audience = (typeof audiences)[number];

export const noPowers: Powers = { admin: false, approver: false, auditor: false };

/**
 * Admins configure and sync; approvers and owners decide; auditors read, and do nothing else. Managers are approvers of their
 * people, card by card. Whoever does not work here, or may be somebody else, has no powers, whatever they are named as.
 */
export function powersOf(person: Pick<Person, 'status' | 'twins' | 'attributes' | 'slack'>, config: Config): Powers {
  if (!worksHere(person)) return noPowers;
  // A configuration that was stored before there were auditors names none.
  const { admins, approvers, auditors = [] } = config.settings;
  const names = new Set([...valuesOf(person.attributes, 'email').map(fold), fold(person.slack?.user ?? '')]);
  const isNamed = (words: readonly string[]) => words.some((word) => names.has(fold(word)));
  const admin = isNamed(admins);
  const approver = admin || isNamed(approvers) || config.apps.some((app) => isNamed(app.owners));
  return { admin, approver, auditor: isNamed(auditors) };
}

/** What admins alone see beside what approvers do: the whole company, plans for others, how it is configured. */
export const readsAll = ({ admin, auditor }: Powers): boolean => admin || auditor;

/** Everybody’s logins, apps and history. */
export const readsOthers = (powers: Powers): boolean => readsAll(powers) || powers.approver;

/** Why this is not for these powers; null when it is. */
export function refusalFor(audience: Audience, powers: Powers): string | null {
  switch (audience) {
    case 'admins':
      if (powers.admin) return null;
      return powers.auditor ? auditorsRead : adminsOnly;
    case 'auditors':
      return readsAll(powers) ? null : overseersOnly;
    case 'readers':
      return readsOthers(powers) ? null : readersOnly;
    case 'approvers':
    case 'everyone':
      return null;
  }
}

const adminsOnly = 'Only admins may do that. Ask one of them.';
const auditorsRead = 'Only admins may do that; auditors read, and change nothing. Ask an admin.';
const overseersOnly = 'Only admins and auditors may see that. Ask one of them.';
const readersOnly = 'Only approvers, auditors and admins may see that.';
