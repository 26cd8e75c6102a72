import type { AccountView, Reason, RollcallEvent, Time } from './model.ts';
import { byText, sortedUnique } from './text.ts';

type Entitlements = AccountView['entitlements'];

/** One consent to an operation that gave what is held; the votes of a quorum stand in the approval's own events. */
export type Consent = { name: string; approval: string | null; at: Time };

/** What somebody has in an app, as far as the events tell. */
export type Held = {
  state: 'active' | 'suspended';
  /** Since when the account is in this state; an account taken over: since then. */
  since: Time;
  entitlements: Entitlements;
  /** Why, in words, as said when the last change of it was planned. */
  reason: string;
  consents: readonly Consent[];
  /** Unlinked by hand: what is told here is what was known then. */
  unlinkedAt: Time | null;
  changedAt: Time;
};

/** What was said about an operation before it was done. */
type Open = { operation: string; reason: string | null; consents: readonly Consent[] };

/** What the events of one person in one app come to so far. */
export type Ledger = { held: Held | null; open: Open | null; word: string | null };

export const emptyLedger: Ledger = { held: null, open: null, word: null };

/** One event more, in the order they happened; events of other people or apps must not be given. */
export function follow(ledger: Ledger, event: RollcallEvent): Ledger {
  const told = { ...ledger, word: event.status ?? ledger.word };
  if (event.operation !== null && event.type.startsWith('operation.'))
    return followOperation(told, event, event.operation);
  if (event.type === 'login.disassociated') return unlinked(told, event);
  return event.type.startsWith('account.') ? seen(told, event) : told;
}

function followOperation(ledger: Ledger, event: RollcallEvent, operation: string): Ledger {
  if (event.type === 'operation.succeed') return { ...done(ledger, event), open: null };
  const open = ledger.open?.operation === operation ? ledger.open : { operation, reason: null, consents: [] };
  const reason = event.reasons.length > 0 ? reasonWords(event.reasons) : open.reason;
  return { ...ledger, open: { ...open, reason, consents: [...open.consents, ...consentIn(event)] } };
}

/** Approved, or let go by a person after it was held. */
function consentIn({ type, actor, approval, at }: RollcallEvent): Consent[] {
  const consents = ['operation.approve', 'operation.waive', 'operation.release'].includes(type);
  return consents && actor.kind !== 'system' ? [{ name: actor.name, approval, at }] : [];
}

function done(ledger: Ledger, event: RollcallEvent): Ledger {
  const { kind, after, operation } = event;
  if (kind === null) return ledger;
  if (kind === 'delete') return { ...ledger, held: null };
  const open = ledger.open?.operation === operation ? ledger.open : null;
  const fresh = kind === 'create' || kind === 'adopt' || kind === 'reactivate' || ledger.held === null;
  const earlier = fresh ? [] : (ledger.held?.consents ?? []);
  return changed(ledger, event, after?.active ?? kind !== 'suspend', whole.has(kind), {
    reason: open?.reason ?? ledger.held?.reason ?? '',
    consents: [...earlier, ...(open?.consents ?? [])],
    unlinkedAt: null,
  });
}

/** Kinds whose `after` is the whole account; the others name the part they are about. */
const whole: ReadonlySet<string> = new Set(['create', 'adopt', 'suspend']);

/** Something seen in the app that Rollcall did not do: gone, or changed by hand. */
function seen(ledger: Ledger, event: RollcallEvent): Ledger {
  const { status, after } = event;
  if (status === 'missing' || status === 'deleted') return { ...ledger, held: null, open: null };
  if (after === null) return ledger;
  const { held } = ledger;
  const reason = held?.reason ?? (reasonWords(event.reasons) || event.message);
  return changed(ledger, event, after.active, false, { reason, consents: held?.consents ?? [], unlinkedAt: null });
}

function unlinked(ledger: Ledger, { at }: RollcallEvent): Ledger {
  const held = ledger.held === null ? null : { ...ledger.held, unlinkedAt: at, changedAt: at };
  return { ...ledger, held, open: null };
}

function changed(
  ledger: Ledger,
  { at, before, after }: RollcallEvent,
  active: boolean,
  isWhole: boolean,
  why: Pick<Held, 'reason' | 'consents' | 'unlinkedAt'>,
): Ledger {
  const { held } = ledger;
  const state = active ? 'active' : 'suspended';
  const present = isWhole ? {} : (held?.entitlements ?? {});
  const since = held?.state === state ? held.since : at;
  const entitlements = replaced(present, before?.entitlements ?? {}, after?.entitlements ?? {});
  return { ...ledger, held: { state, since, entitlements, changedAt: at, ...why } };
}

/** The values there were, without those of the part before, and with those of the part after. */
function replaced(present: Entitlements, before: Entitlements, after: Entitlements): Entitlements {
  const targets = sortedUnique([...Object.keys(present), ...Object.keys(after)]);
  const values = targets.map((target): [string, string[]] => {
    const gone = new Set(before[target]);
    const kept = (present[target] ?? []).filter((value) => !gone.has(value));
    return [target, sortedUnique([...kept, ...(after[target] ?? [])])];
  });
  return Object.fromEntries(values.filter(([, held]) => held.length > 0));
}

/** A reason chain in one line: what brought the person into which role; for somebody leaving, what was said. */
function reasonWords(reasons: readonly Reason[]): string {
  const own = reasons.filter(({ target }) => target === undefined);
  const roles = own.flatMap(({ kind, name }, place) => (kind === 'role' ? [wayInto(name, own[place - 1])] : []));
  const given = [...new Set(roles.filter((words) => words !== null))].sort(byText);
  return given.length > 0 ? given.join('; ') : (own.at(-1)?.because ?? '');
}

function wayInto(role: string, link: Reason | undefined): string | null {
  if (link?.kind === 'mapping') return `role ${role}: ${link.because} (mapping ${link.name})`;
  return link?.kind === 'member' ? `role ${role}: ${link.because}` : null;
}
