import { problemsOf, withFilled } from '../../core/connection-form.ts';
import { changed, type Draft, type StepName } from '../../core/draft.ts';
import { fieldTitle, nameFor, placeholderOf, secretFields } from '../../core/draft-connection.ts';
import { connectorOf, type DraftWorld } from '../../core/draft-steps.ts';
import { refused } from '../../core/errors.ts';
import { isOpenPage } from '../../core/handover.ts';
import { nameOf } from '../../core/name.ts';
import { activeAdmins } from '../configure/admins.ts';
import { presentConfig } from '../configure/config-cases.ts';
import { isSecretMark, readSecretToken } from '../secret/secret-token.ts';
import { type ByPerson, pageSpan, type SecretForm, type SecretsOutcome } from './connecting.ts';
import { changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';
import { keepSecret, takenNames } from './keep-secret.ts';

/** A link for this person to the page on which the secrets are entered; it stands on the draft's card, for an hour, once. */
export async function openSecretPage(deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> {
  if (deps.publicUrl === undefined)
    throw refused('no-address', 'this Rollcall serves no pages', 'Start the bot; PUBLIC_URL says where it is reached.');
  const { steps } = viewOf(deps, await openDraft(deps, id), await freshWorld(deps));
  const step = steps.find(({ name }) => name === 'secrets');
  if (step === undefined)
    throw refused('no-secrets', 'this is connected without credentials', 'Go on with the next step.');
  if (step.state === 'blocked')
    throw refused('too-early', `the credentials come ${step.text}`, 'Take that step first.');
  const at = deps.clock.now();
  const page = { person: actor.person, nonce: deps.random.id('page'), expires: at + pageSpan };
  const message = `${actor.name} was given a link to enter the credentials, good for an hour, once`;
  await changeDraft(deps, id, (draft) => changed(draft, { page }, actor, at, { type: 'page', message }));
  return {
    text: 'The link stands on the card in your direct messages: it works once, for an hour, and is for you alone.',
  };
}

type Ground = { draft: Draft & { page: NonNullable<Draft['page']> }; world: DraftWorld; by: ByPerson };

/** The open page a token leads to, and the person it was given to while they are an admin. */
async function pageOf(deps: DraftDeps, token: string): Promise<Ground | null> {
  const read = readSecretToken(token);
  const draft = read === null ? null : await deps.store.drafts.get(read.draft);
  if (read === null || draft === null || draft.state !== 'open') return null;
  const { page } = draft;
  if (!isOpenPage(page, deps.clock.now()) || !isSecretMark(deps, draft.id, page.nonce, read.mark)) return null;
  const admins = await activeAdmins(deps, (await presentConfig(deps)).config);
  const person = admins.find(({ id }) => id === page.person);
  if (person === undefined) return null;
  const by: ByPerson = { kind: 'person', person: person.id, name: nameOf(person), via: 'slack' };
  return { draft: { ...draft, page }, world: await freshWorld(deps), by };
}

/** What a page asks for; looking at it uses nothing up. */
export async function secretPage(deps: DraftDeps, token: string): Promise<SecretForm | null> {
  const ground = await pageOf(deps, token);
  return ground === null ? null : formOf(ground);
}

function formOf({ draft, world }: Ground): SecretForm {
  const fields = secretFields(connectorOf(draft, world), draft.connection);
  return {
    title: draft.title ?? draft.name,
    kind: draft.kind,
    fields: fields.map((field) => {
      const set = world.isSet(draft.names[field.path] ?? '');
      const { path, help, required } = field;
      return { path, help, title: fieldTitle(field), required: required && !set, set };
    }),
  };
}

/** Seals and keeps what was entered, once; nothing of it is answered, told or logged. */
export async function setSecrets(
  deps: DraftDeps,
  token: string,
  values: Readonly<Record<string, string>>,
): Promise<SecretsOutcome | null> {
  const ground = await pageOf(deps, token);
  if (ground === null) return null;
  const form = formOf(ground);
  const given = form.fields.flatMap(({ path }) => {
    const value = Object.hasOwn(values, path) ? (values[path] ?? '') : '';
    return value === '' ? [] : [{ path, value }];
  });
  const problems = wrongIn(ground, form, given);
  if (problems.size > 0) return { result: 'wrong', problems };
  if (!(await claim(deps, ground))) return null;
  await keep(deps, ground, given);
  return { result: 'set', title: form.title };
}

type Given = readonly { path: string; value: string }[];

/** By the schema of the connection, and by what is missing. No message repeats a value. */
function wrongIn({ draft, world }: Ground, { fields }: SecretForm, given: Given): ReadonlyMap<string, string> {
  const filled = given.reduce((so, { path, value }) => withFilled(so, path, value), draft.connection);
  const said = problemsOf(connectorOf(draft, world).config, filled);
  const problems = new Map<string, string>();
  for (const { path, required } of fields) {
    const isGiven = given.some((one) => one.path === path);
    if (!isGiven && required) problems.set(path, 'it is missing');
    const problem = said.get(path);
    if (isGiven && problem !== undefined) problems.set(path, problem);
  }
  if (given.length === 0 && problems.size === 0) problems.set(fields[0]?.path ?? '', 'nothing was entered');
  return problems;
}

/** One of many presses is the one. */
async function claim(deps: DraftDeps, { draft, by }: Ground): Promise<boolean> {
  const at = deps.clock.now();
  const after = await changeDraft(deps, draft.id, (current) =>
    current.page?.nonce === draft.page.nonce && isOpenPage(current.page, at)
      ? changed(current, { page: null }, by, at, null)
      : null,
  );
  return after !== null;
}

async function keep(deps: DraftDeps, { draft, world, by }: Ground, given: Given): Promise<void> {
  const isTaken = await takenNames(deps, world.config);
  const names: Record<string, string> = { ...draft.names };
  for (const { path, value } of given) {
    const name = names[path] ?? nameFor(draft.name, path, names, isTaken);
    names[path] = name;
    await keepSecret(deps, draft, { name, value, by });
  }
  await deps.book.follow();
  const at = deps.clock.now();
  const told = given.map(({ path }) => names[path]).join(', ');
  const saved = (current: Draft): StepName[] => [...new Set<StepName>([...current.saved, 'secrets'])];
  await changeDraft(deps, draft.id, (current) => {
    const connection = given.reduce(
      (so, { path }) => withFilled(so, path, placeholderOf(names[path] ?? '')),
      current.connection,
    );
    const change = { connection, names: { ...current.names, ...names }, tested: null, saved: saved(current) };
    return changed(current, change, by, at, { type: 'secrets', message: `${told} set on the page` });
  });
  deps.bell.ring('publisher');
}
