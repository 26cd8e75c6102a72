import { problemsOf, withFilled } from '../../core/connection-form.ts';
import { changed, type Draft, type StepName } from '../../core/draft.ts';
import { fieldTitle, nameFor, placeholderOf, secretFields } from '../../core/draft-connection.ts';
import { connectorOf } from '../../core/draft-steps.ts';
import { refused } from '../../core/errors.ts';
import { offerAuthentication } from './authenticate.ts';
import type { ByPerson, SecretForm, SecretsOutcome } from './connecting.ts';
import { claimPage, openPage, type PageGround, pageOf, wantAddress } from './draft-page.ts';
import { changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';
import { keepSecret, takenNames } from './keep-secret.ts';

/** A link for this person to the page on which the secrets are entered; it stands on the draft's card, for an hour, once. */
export async function openSecretPage(deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> {
  wantAddress(deps);
  const { steps } = viewOf(deps, await openDraft(deps, id), await freshWorld(deps));
  const step = steps.find(({ name }) => name === 'secrets');
  if (step === undefined)
    throw refused('no-secrets', 'this is connected without credentials', 'Go on with the next step.');
  if (step.state === 'blocked')
    throw refused('too-early', `the credentials come ${step.text}`, 'Take that step first.');
  await openPage(deps, id, 'secrets', actor);
  return {
    text: 'The link stands on the card in your direct messages: it works once, for an hour, and is for you alone.',
  };
}

/** What a page asks for; looking at it uses nothing up. */
export async function secretPage(deps: DraftDeps, token: string): Promise<SecretForm | null> {
  const ground = await pageOf(deps, token, 'secrets');
  return ground === null ? null : formOf(ground);
}

function formOf({ draft, world }: PageGround): SecretForm {
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
  const ground = await pageOf(deps, token, 'secrets');
  if (ground === null) return null;
  const form = formOf(ground);
  const given = form.fields.flatMap(({ path }) => {
    const value = Object.hasOwn(values, path) ? (values[path] ?? '') : '';
    return value === '' ? [] : [{ path, value }];
  });
  const problems = wrongIn(ground, form, given);
  if (problems.size > 0) return { result: 'wrong', problems };
  if (!(await claimPage(deps, ground))) return null;
  await keep(deps, ground, given);
  return { result: 'set', title: form.title };
}

type Given = readonly { path: string; value: string }[];

/** By the schema of the connection, and by what is missing. No message repeats a value. */
function wrongIn({ draft, world }: PageGround, { fields }: SecretForm, given: Given): ReadonlyMap<string, string> {
  const filled = given.reduce((so, { path, value }) => withFilled(so, path, value), draft.connection);
  const said = problemsOf(connectorOf(draft, world).config, filled);
  const problems = new Map<string, string>();
  for (const { path, required } of fields) {
    const isGiven = given.some((one) => one.path === path);
    if (!isGiven && required) problems.set(path, 'it is missing');
    const problem = said.get(path);
    if (isGiven && problem !== undefined) problems.set(path, problem);
  }
  if (given.length === 0 && problems.size === 0 && fields.some(({ set }) => set))
    problems.set(fields[0]?.path ?? '', 'nothing was entered');
  return problems;
}

async function keep(deps: DraftDeps, { draft, world, by }: PageGround, given: Given): Promise<void> {
  const isTaken = await takenNames(deps, world.config);
  const names: Record<string, string> = { ...draft.names };
  for (const { path, value } of given) {
    // What the environment says would win over what is entered: that gets a name of its own.
    const known = names[path];
    const isOurs = known !== undefined && !deps.book.isFromEnvironment(known);
    const name = isOurs ? known : nameFor(draft.name, path, names, isTaken);
    names[path] = name;
    await keepSecret(deps, draft, { name, value, by });
  }
  await deps.book.follow();
  const at = deps.clock.now();
  const told = given.length === 0 ? 'no credentials were' : given.map(({ path }) => names[path]).join(', ');
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
  await offerAuthentication(deps, draft.id, by);
}
