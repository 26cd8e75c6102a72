import { App } from '../../core/app-schema.ts';
import type { Config } from '../../core/config.ts';
import type { TargetConnector } from '../../core/connector.ts';
import { type Draft, newDraft } from '../../core/draft.ts';
import { connectorOf, targetOf } from '../../core/draft-steps.ts';
import { refused } from '../../core/errors.ts';
import { fold } from '../../core/text.ts';
import type { ByPerson, Connecting, DraftView } from './connecting.ts';
import { type DraftDeps, freshWorld, viewOf, wantDraft } from './drafts.ts';

/** Open drafts there may be at once. */
export const mostDrafts = 50;

/** Begins to connect an app or a directory, and sends the card of it to whoever began. */
export async function beginDraft(
  deps: DraftDeps,
  { kind, connector, name, title }: Parameters<Connecting['beginDraft']>[0],
  actor: ByPerson,
): Promise<DraftView> {
  const world = await freshWorld(deps);
  const open = await deps.store.drafts.open(mostDrafts + 1);
  if (open.length > mostDrafts)
    throw refused('too-many-drafts', `${mostDrafts} are begun already`, 'Finish or drop some of them.');
  checkName(name.trim(), kind, world.config, open);
  const start = { kind, connector, name: name.trim(), title: title?.trim() || null, by: actor };
  const draft = newDraft({ id: deps.random.id('d'), renews: false, ...start }, deps.clock.now());
  connectorOf(draft, world);
  const target = targetOf(draft, world);
  if (target?.capabilities.bySignOn === true) throw bySignOn(draft.name);
  const ready = target === null ? draft : { ...draft, provisioning: safeProvisioning(target) };
  await keepDraft(deps, ready, actor);
  return viewOf(deps, ready, world);
}

const bySignOn = (name: string) =>
  refused(
    'by-sign-on',
    'there is nothing to connect to: the app makes its accounts by itself at the first sign-on',
    `Set it up out of its metadata: \`rollcall saml import ${name} FILE --new\`.`,
  );

/** Stores a new draft, and sends its card. */
export async function keepDraft(deps: DraftDeps, draft: Draft, { person }: ByPerson): Promise<void> {
  await deps.store.drafts.insert([draft]);
  deps.bell.ring('publisher');
  await wantDraft(deps, draft.id, person);
}

function checkName(name: string, kind: Draft['kind'], { apps, directories }: Config, open: readonly Draft[]): void {
  const read = App.shape.name.safeParse(name);
  if (!read.success)
    throw refused('bad-name', `this cannot be its name: ${read.error.issues[0]?.message}`, 'Give it another one.');
  const isIt = (other: { name: string }) => fold(other.name) === fold(name);
  if ((kind === 'app' ? apps : directories).some(isIt))
    throw refused('name-taken', `there is a ${kind} ${name} already`, 'Give the new one another name.');
  if (open.some((draft) => draft.kind === kind && !draft.renews && isIt(draft)))
    throw refused(
      'name-taken',
      `somebody has begun to connect a ${kind} ${name}`,
      'Go on with that one: `/provision connect` lists it.',
    );
}

/** Provisioning is what an app is connected for; what it cannot do is not asked of it. */
function safeProvisioning({ capabilities }: TargetConnector): Draft['provisioning'] {
  if (capabilities.suspend === true) return { enabled: true };
  return { enabled: true, onSuspend: 'nothing', onDelete: 'nothing', onRoleLoss: 'nothing' };
}
