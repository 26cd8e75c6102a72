import type { Person } from '../../core/model.ts';
import { isOver, mayTurn, numbersSubject, picked, refusedFor, type SignOn } from '../../core/sign-on.ts';
import { changeNewest } from '../gather.ts';
import { titleOf } from '../named-app.ts';
import { loadWorld } from '../world.ts';
import type { SignOnDeps } from './deps.ts';
import type { NumbersMessage } from './sign-ons.ts';

/** The message in Slack is sent, or drawn anew. */
export async function want({ store, clock, bell }: SignOnDeps, { id, whose }: SignOn): Promise<void> {
  if (whose === null) return;
  const subject = numbersSubject(id, whose.person);
  const item = { id: `numbers:${subject}`, kind: 'numbers' as const, subject, to: whose.person, body: null };
  await store.outbox.want(item, clock.now());
  bell.ring('outbox');
}

/** `subject`: of the message, which is one person's; the browser may have named another since. */
export async function message(deps: SignOnDeps, subject: string): Promise<NumbersMessage | null> {
  const [id = '', person = ''] = subject.split(' ');
  const signOn = await deps.store.signOns.get(id);
  if (signOn === null || signOn.request === null || signOn.asked.every((one) => one.person !== person)) return null;
  const app = (await loadWorld(deps)).apps.get(signOn.app);
  const title = app === undefined ? signOn.app : titleOf(app);
  const isTheirs = signOn.whose?.person === person;
  const state = isTheirs ? stateOf(signOn, deps.clock.now()) : 'over';
  return {
    id,
    app: signOn.app,
    title,
    numbers: signOn.numbers,
    from: signOn.from,
    state,
    text: isTheirs ? textOf(signOn, title, state) : elsewhere,
  };
}

const elsewhere = 'The browser gave another address since, so nothing is asked of you any more.';

function stateOf(signOn: SignOn, now: number): NumbersMessage['state'] {
  if (signOn.state === 'ready' || signOn.state === 'used') return 'confirmed';
  if (signOn.state === 'refused' || signOn.text !== null) return 'refused';
  return isOver(signOn, now) ? 'over' : 'open';
}

function textOf({ text, state: stands }: SignOn, title: string, state: NumbersMessage['state']): string {
  if (state === 'confirmed')
    return stands === 'used' ? `You signed on to ${title}.` : `Confirmed: the browser goes on to ${title} by itself.`;
  if (state === 'refused') return text ?? 'Nobody was signed on.';
  if (state === 'over') return 'Nobody picked a number in time, so nobody was signed on. Start again in the app.';
  return `A browser wants to sign on to ${title} as you. Pick the number it shows, if it is yours.`;
}

/** Is there a number to pick still? */
const isAsked = (signOn: SignOn, now: number): boolean =>
  mayTurn(signOn, 'pick') && signOn.text === null && !isOver(signOn, now);

type Picked = { result: 'confirmed' | 'refused'; text: string };

const notYours: Picked = { result: 'refused', text: 'This is not yours to answer, or it is over. Nothing was done.' };
const wrong =
  'A number was picked that the browser does not show, so nobody was signed on. Start again in the app; if you had started nothing, somebody else did: tell an admin.';

/** One pick decides: the right number lets the browser go on, a wrong one ends it. */
export async function pick(deps: SignOnDeps, id: string, number: number, person: Person): Promise<Picked> {
  const at = deps.clock.now();
  const signOn = await deps.store.signOns.get(id);
  if (signOn === null || signOn.whose?.person !== person.id) return notYours;
  let outcome = notYours;
  const after = await changeNewest(deps.store.signOns, signOn, (newest) => {
    if (newest.whose?.person !== person.id || !isAsked(newest, at)) return null;
    const isRight = newest.number === number;
    const text = isRight ? 'Confirmed: the browser goes on by itself.' : wrong;
    outcome = { result: isRight ? 'confirmed' : 'refused', text };
    return isRight ? picked(newest, person.slack, at) : refusedFor(newest, wrong, at);
  });
  deps.bell.ring('publisher');
  await want(deps, signOn);
  return after === null ? notYours : outcome;
}

const notMe = 'The person says it was not them who wanted to sign on. Nobody was signed on.';

export async function denyIt(deps: SignOnDeps, id: string, person: Person): Promise<{ text: string }> {
  const at = deps.clock.now();
  const signOn = await deps.store.signOns.get(id);
  if (signOn === null || signOn.whose?.person !== person.id) return { text: notYours.text };
  const after = await changeNewest(deps.store.signOns, signOn, (newest) =>
    newest.whose?.person === person.id && isAsked(newest, at) ? refusedFor(newest, notMe, at) : null,
  );
  deps.bell.ring('publisher');
  await want(deps, signOn);
  if (after === null) return { text: notYours.text };
  return {
    text: 'Nobody was signed on, and admins find it in the history. Tell one of them if it happens again: somebody knows your address and tries.',
  };
}
