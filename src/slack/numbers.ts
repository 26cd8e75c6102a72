import type { Message } from '../../blocks/kit.ts';
import { numbersMessage } from '../../blocks/numbers.ts';
import { nameOf } from '../../blocks/view.ts';
import { numbersSubject } from '../core/sign-on.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import type { SlackDeps } from './deps.ts';

type Shown = { message: Message; over: boolean };

/** What the message about a sign-on shows; null: there is none such, or it was settled before it was posted and asks nobody any more. */
export async function numbersShown(
  { useCases }: Pick<SlackDeps, 'useCases'>,
  { subject, to, ts }: Pick<OutboxItem, 'subject' | 'to' | 'ts'>,
): Promise<Shown | null> {
  const [view, person] = await Promise.all([useCases.numbersMessage(subject), useCases.person(to)]);
  if (view === null || person === null) return null;
  // Somebody who may not sign on is told why by this very message.
  const isLate = !ts && (view.state === 'over' || view.state === 'confirmed');
  return isLate ? null : { message: numbersMessage(view, nameOf(person)), over: view.state !== 'open' };
}

/** The same for whoever pressed a button of it; null to everybody it was not sent to. */
export async function numbersFor(deps: SlackDeps, signOn: string, person: string): Promise<Message | null> {
  const [item] = await deps.store.outbox.about(numbersSubject(signOn, person));
  if (item?.kind !== 'numbers' || item.to !== person) return null;
  return (await numbersShown(deps, item))?.message ?? null;
}
