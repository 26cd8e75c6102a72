import { z } from 'zod';
import type { Directory } from '../../core/connector.ts';
import { changed, type Draft, endedDraft, isReconnected } from '../../core/draft.ts';
import { configOf, draftEdit } from '../../core/draft-config.ts';
import { connectionDigest, fieldTitle } from '../../core/draft-connection.ts';
import { RollcallError, refused } from '../../core/errors.ts';
import { troubleOf } from '../../core/failure.ts';
import { ended } from '../../core/text.ts';
import { asConnectorError } from '../apply/attempt.ts';
import { configuring } from '../configure/config-cases.ts';
import { anotherApp, anotherDirectory } from './another.ts';
import type { ByPerson } from './connecting.ts';
import { connectAside } from './draft-aside.ts';
import { changeDraft, type DraftDeps, freshWorld, openDraft, viewOf } from './drafts.ts';

/** Longest a test may take, milliseconds. */
const testDeadline = 10_000;

type Tested = { ok: boolean; text: string };

/** Tries the connection of a draft, changing nothing; a renewal that is taken is done with it. */
export async function testDraft(deps: DraftDeps, id: string, actor: ByPerson): Promise<{ text: string }> {
  const world = await freshWorld(deps);
  const draft = await openDraft(deps, id);
  const step = viewOf(deps, draft, world).steps.find(({ name }) => name === 'test');
  if (step?.state === 'blocked') throw refused('too-early', `the test comes ${step.text}`, 'Take that step first.');
  const of = connectionDigest(draft, deps.book.edition);
  const { ok, text } = await tried(deps, draft);
  await changeDraft(deps, id, (current) => {
    const at = deps.clock.now();
    return changed(current, { tested: { of, ok, text, at } }, actor, at, { type: 'tested', message: text });
  });
  return ok && draft.renews ? finishRenewal(deps, draft, actor) : { text };
}

async function tried(deps: DraftDeps, draft: Draft): Promise<Tested> {
  const title = draft.title ?? draft.name;
  try {
    const connections = await connectAside(deps, draft);
    const signal = deps.clock.deadline(testDeadline);
    if (draft.kind === 'directory') return await readFirst(deps, draft, connections.directory(draft.name), signal);
    const { connector, target } = connections.target(draft.name);
    try {
      await target.test(signal);
      const isAsked = isReconnected(draft) && connector.capabilities.byHand !== true;
      const another = isAsked ? await anotherApp(deps, draft, target, signal) : null;
      if (another !== null) return { ok: false, text: another };
    } finally {
      target.close?.();
    }
    if (connector.capabilities.byHand === true)
      return { ok: true, text: `${title} is kept by hand: there is nothing to reach` };
    return { ok: true, text: `${title} answers and takes the credentials` };
  } catch (error) {
    return { ok: false, text: failureText(error, title, deps.clock.now()) };
  }
}

/** Its first page says whether it can be read, and read as people. */
async function readFirst(deps: DraftDeps, draft: Draft, directory: Directory, signal: AbortSignal): Promise<Tested> {
  const title = draft.title ?? draft.name;
  const read = directory.read(null, signal);
  const first = await read.next().finally(() => read.return?.(undefined as never));
  const { records, problems } = first.done === true ? { records: [], problems: [] } : first.value;
  const [problem] = problems;
  const rows = `${records.length} ${records.length === 1 ? 'record' : 'records'}`;
  if (records.length === 0 && problem !== undefined)
    return { ok: false, text: `${title} can be read, but no record of it: ${problem.place}: ${problem.message}` };
  const another = isReconnected(draft) ? await anotherDirectory(deps, draft, records) : null;
  if (another !== null) return { ok: false, text: another };
  const odd =
    problem === undefined ? '' : `, and ${problems.length} with a problem (${problem.place}: ${problem.message})`;
  return { ok: true, text: `${title} answers: ${rows} on its first page${odd}` };
}

/** What a person reads of it, with what to do. No message of a connector holds a secret. */
function failureText(error: unknown, title: string, now: number): string {
  if (error instanceof RollcallError) return `${ended(error.message)} ${error.remedy}`;
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const field = fieldTitle({ path: issue?.path.map(String).join('.') ?? '' });
    return `${field} is not as it should be: ${issue?.message ?? 'it is refused'}`;
  }
  const { message, remedy } = troubleOf(asConnectorError(error), title, now);
  return `${ended(message)} ${remedy}`;
}

/** Its secrets are found under their names from now on, where those are others than before. */
async function finishRenewal(deps: DraftDeps, draft: Draft, actor: ByPerson): Promise<{ text: string }> {
  const made = configOf(draft);
  if ('wrong' in made) throw refused('renewal-wrong', `${made.wrong[0]?.message}`, 'Mend the configuration first.');
  await configuring(deps).changeConfig(draftEdit(draft, made), actor, null);
  const title = draft.title ?? draft.name;
  const rest =
    draft.kind === 'app' ? `; what failed for it is tried again with \`/provision retry ${draft.name}\`` : '';
  const what = isReconnected(draft) ? 'is reached so from now on' : 'takes the new credentials';
  const text = `${title} ${what}${rest}`;
  await changeDraft(deps, draft.id, (current) => endedDraft(current, 'done', text, actor, deps.clock.now()));
  return { text: `${text}.` };
}
