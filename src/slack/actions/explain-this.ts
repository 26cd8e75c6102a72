import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { type Message, message } from '../../../blocks/kit.ts';
import { readsOthers } from '../../core/audience.ts';
import { callerOf } from '../caller.ts';
import { type Known, maySeeRequest, ownOnly } from '../command/access.ts';
import { explainLogin } from '../command/explaining.ts';
import type { SlackDeps } from '../deps.ts';
import { type Named, readMessageShortcut } from '../payload.ts';
import { answering } from '../tell.ts';

/** Logins of one request that are explained; the rest is behind *See all*. */
const explained = 3;

/** *Explain this*, from a message's menu: what its buttons are about is explained to whoever may read it. */
export function listenToExplainThis(app: App, deps: SlackDeps): void {
  app.shortcut('explain_this', async ({ ack, body, respond }) => {
    await ack();
    const { user, channel, named } = readMessageShortcut(body);
    await answering(deps, { user, channel, respond }, async () => {
      const caller = await callerOf(deps, user, 'read');
      return caller.known ? explainNamed(deps, caller, named) : answer(caller.text);
    });
  });
}

async function explainNamed(deps: SlackDeps, caller: Known, named: Named): Promise<Message> {
  if (named.login !== null) {
    const { person, app } = named.login;
    const own = person === caller.person.id || readsOthers(caller.powers);
    return own ? explainLogin(deps, person, app) : answer(ownOnly);
  }
  const view = named.approval === null ? null : await deps.useCases.approval(named.approval, explained);
  if (view === null)
    return answer('This message is about no login I can explain.', '/provision explain <person> <app>');
  if (!maySeeRequest(caller, view)) return answer(ownOnly);
  const messages: Message[] = [];
  for (const { login } of view.logins.slice(0, explained))
    messages.push(await explainLogin(deps, login.person, login.app));
  return messages.length === 0
    ? answer('Nothing is asked there any more.')
    : message(messages.flatMap(({ blocks }) => blocks));
}
