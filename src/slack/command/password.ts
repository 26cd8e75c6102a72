import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';

/** One's own passwords: what is on its way is said here, a link to what waits goes by direct message. */
export async function sendPasswordLink(deps: SlackDeps, { person }: Known): Promise<Message> {
  const views = await deps.useCases.passwords(person.id);
  const underWay = views.filter(({ state }) => state === 'made' || state === 'handing').map(({ text }) => text);
  const { text } = await deps.useCases.sendPasswordLink(person.id);
  return answer([...underWay, text].join(' '));
}
