import type { Config } from '../../core/config.ts';
import { type Filled, filledAt, withFilled } from '../../core/connection-form.ts';
import { type Draft, newDraft } from '../../core/draft.ts';
import { grantField, hiddenFields, nameFor, openFields, placeholderOf } from '../../core/draft-connection.ts';
import { connectorOf, type DraftWorld } from '../../core/draft-steps.ts';
import { refused } from '../../core/errors.ts';
import { namesWithin } from '../../core/secret.ts';
import { fold } from '../../core/text.ts';
import { offerAuthentication } from './authenticate.ts';
import { keepDraft, mostDrafts } from './begin-draft.ts';
import type { ByPerson, DraftView } from './connecting.ts';
import { type DraftDeps, freshWorld, openDraft, viewOf, wantDraft } from './drafts.ts';
import { takenNames } from './keep-secret.ts';

/**
 * Begins to renew the credentials of an app or a directory, or to reach it in another way, or goes on where somebody has begun.
 * @throws RollcallError `unknown-app`, `no-connection`.
 */
export async function beginRenewal(deps: DraftDeps, named: string, actor: ByPerson): Promise<DraftView> {
  const world = await freshWorld(deps);
  const found = connectedAs(world.config, named);
  const open = await deps.store.drafts.open(mostDrafts + 1);
  const known = open.find(({ renews, kind, name }) => renews && kind === found.kind && name === found.name);
  if (known !== undefined) {
    await offerAuthentication(deps, known.id, actor);
    await wantDraft(deps, known.id, actor.person);
    return viewOf(deps, await openDraft(deps, known.id), world);
  }
  const draft = await renewalOf(deps, found, world, actor);
  await keepDraft(deps, draft, actor);
  await offerAuthentication(deps, draft.id, actor);
  return viewOf(deps, await openDraft(deps, draft.id), world);
}

type Connected = Pick<Draft, 'kind' | 'name' | 'title' | 'connector' | 'connection'>;

/** An app before a directory of the same name; by name, then by title. */
function connectedAs({ apps, directories }: Config, named: string): Connected {
  const all: Connected[] = [
    ...apps.map(({ name, title = null, connector, connection }) => ({
      kind: 'app' as const,
      name,
      title,
      connector,
      connection,
    })),
    ...directories.map(({ name, title = null, connector, config }) => ({
      ...{ kind: 'directory' as const, name, title, connector, connection: config },
    })),
  ];
  const found =
    all.find(({ name }) => fold(name) === fold(named)) ?? all.find(({ title }) => fold(title ?? '') === fold(named));
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name).join(', ');
  throw refused('unknown-app', `there is no app or directory ${named}`, `There are: ${names || 'none yet'}.`);
}

async function renewalOf(deps: DraftDeps, found: Connected, world: DraftWorld, actor: ByPerson): Promise<Draft> {
  const { kind, name, title } = found;
  const start = { id: deps.random.id('d'), kind, renews: true, connector: found.connector, name, title, by: actor };
  const connector = connectorOf(newDraft(start, 0), world);
  const fields = hiddenFields(connector, found.connection);
  if (fields.length === 0 && openFields(connector, found.connection).length === 0)
    throw refused('no-connection', `${title ?? name} is connected without credentials`, 'There is nothing to renew.');
  const isTaken = await takenNames(deps, world.config);
  const names: Record<string, string> = {};
  const isGranted = grantField(connector, found.connection) !== null;
  for (const { path, required, kind: what } of fields) {
    // Where somebody authenticates anew, the secrets beside it stay what and where they are.
    const known = isGranted && what === 'secret' ? namedAt(found, path) : keptName(deps, found, path);
    if (known !== null || required || what === 'grant') names[path] = known ?? nameFor(name, path, names, isTaken);
  }
  return newDraft({ ...start, connection: withNames(found.connection, names), names }, deps.clock.now());
}

/** What comes from the environment would win over what is set: such a secret gets a name of its own. */
function keptName({ book }: DraftDeps, found: Connected, path: string): string | null {
  const known = namedAt(found, path);
  return known === null || book.isFromEnvironment(known) ? null : known;
}

const namedAt = ({ connection }: Connected, path: string): string | null =>
  namesWithin(filledAt(connection, path))[0] ?? null;

const withNames = (connection: Filled, names: Readonly<Record<string, string>>): Filled =>
  Object.entries(names).reduce((so, [path, name]) => withFilled(so, path, placeholderOf(name)), connection);
