import type { Person, Time } from '../../core/model.ts';
import {
  isCrowded,
  mayTurn,
  mostMessages,
  mostNames,
  named,
  namedInVain,
  type SignOn,
  signOnLife,
  unasked,
} from '../../core/sign-on.ts';
import { fold } from '../../core/text.ts';
import { swapOne } from '../gather.ts';
import type { Random } from '../ports.ts';
import { knownBy } from '../world.ts';
import type { SignOnDeps } from './deps.ts';
import { holderOf } from './issue.ts';
import { whoseOf } from './links.ts';
import { want } from './numbers.ts';
import { rightNow } from './right.ts';

/** Whoever sits at the browser says who they are; what the browser shows is the same, whether or not anybody is known by it. */
export async function name(deps: SignOnDeps, signOn: SignOn, email: string): Promise<SignOn | null> {
  if (!mayTurn(signOn, 'name') || signOn.names >= mostNames) return null;
  const person = await personBy(deps, email);
  const at = deps.clock.now();
  const told = person === null || (await isFull(deps, signOn, person.id, at)) ? null : person;
  const { numbers, number } = draw(deps.random);
  const after = named(signOn, told === null ? null : whoseOf(told, told.slack), numbers, number, at);
  if (!(await swapOne(deps.store.signOns, signOn, after))) return null;
  deps.bell.ring('publisher');
  if (signOn.whose !== null) await want(deps, signOn);
  return told === null ? after : refusedOrAsked(deps, after, told);
}

/** Who may not sign on is told in Slack, where it is theirs to read; the browser waits in vain, since it may be anybody's. */
async function refusedOrAsked(deps: SignOnDeps, signOn: SignOn, person: Person): Promise<SignOn | null> {
  const at = deps.clock.now();
  // Of those who say it at once, each sees what the others have written by then, so that never too many are left.
  if (await isFull(deps, signOn, person.id, at)) {
    const after = unasked(signOn, at);
    return (await swapOne(deps.store.signOns, signOn, after)) ? after : null;
  }
  const holder = await holderOf(deps, signOn);
  const right = holder === null ? null : await rightNow(deps, { ...holder, person });
  if (right !== null && !right.may) {
    await swapOne(deps.store.signOns, signOn, namedInVain(signOn, right.text, at));
    deps.bell.ring('publisher');
  }
  await want(deps, signOn);
  return signOn;
}

/** Whoever works here and has the address; whoever had it before and is gone, only where nobody else has it. */
async function personBy(deps: SignOnDeps, email: string): Promise<Person | null> {
  const found = await knownBy(deps, [fold(email)]);
  const here = found.filter(({ status }) => status !== 'left');
  const [only, ...others] = here.length > 0 ? here : found;
  return only === undefined || others.length > 0 ? null : only;
}

/** More than may be sent within two lives of a request: what asked somebody in the last one began in one of them. */
const looked = 4 * mostMessages.ofAll;

/** Nobody's direct messages are filled by strangers. */
async function isFull({ store }: SignOnDeps, signOn: SignOn, person: string, now: Time): Promise<boolean> {
  const lately = await store.signOns.thatAsked(person, now - 2 * signOnLife.request, looked);
  return isCrowded(
    signOn,
    lately.filter(({ id }) => id !== signOn.id),
    person,
    now,
  );
}

/** Three numbers of two digits, each another, and which of them the browser shows. */
function draw(random: Random): { numbers: number[]; number: number } {
  const numbers = new Set<number>();
  while (numbers.size < 3)
    for (const byte of random.bytes(16)) if (byte < 180 && numbers.size < 3) numbers.add(10 + (byte % 90));
  const all = [...numbers];
  const [byte = 0] = [...random.bytes(16)].filter((one) => one < 255);
  return { numbers: all, number: all[byte % 3] ?? 10 };
}
