import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Requestable, RequestView } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, callbackIds, commandName, requestInputs } from './ids.ts';
import {
  context,
  dateInput,
  limits,
  type Message,
  message,
  option,
  optionInput,
  plainText,
  section,
  textInput,
  viewBlocks,
} from './kit.ts';
import { withinMessage } from './list.ts';
import { bold, code, enumerate, escaped, type Markup, md, nothing } from './markup.ts';
import { reasonLimit } from './reject-modal.ts';

/** What an option carries; null where the name is longer than Slack lets an option carry. */
export const requestValue = ({ kind, name }: Pick<Requestable, 'kind' | 'name'>): string | null => {
  const value = `${kind} ${name}`;
  return value.length > limits.option ? null : value;
};

/** One app or role to ask for. */
export function requestOption(one: Requestable): PlainTextOption | null {
  const value = requestValue(one);
  if (value === null) return null;
  const what = one.kind === 'app' ? 'App' : `Role with ${one.apps.slice(0, 10).join(', ')}`;
  return option({ text: one.title, value, description: what });
}

/** Asks what, why and until when. `chosen`: what was named already. */
export function requestModal(chosen: Requestable | null): ModalView {
  const initial = chosen === null ? null : requestOption(chosen);
  return {
    type: 'modal',
    callback_id: callbackIds.request,
    title: plainText('Ask for access', limits.title),
    submit: plainText('Ask', limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(md`You ask, and the app’s owners decide. Nothing is given before.`),
      optionInput({
        ...requestInputs.what,
        label: 'What do you need?',
        hint: 'An app, or a role with its apps.',
        placeholder: 'Type its name',
        chosen: initial,
      }),
      textInput({
        ...requestInputs.why,
        label: 'What for?',
        hint: 'Whoever decides reads it; it is kept in the history.',
        maxLength: reasonLimit,
        optional: false,
      }),
      dateInput({
        ...requestInputs.until,
        label: 'Until which day?',
        hint: 'It ends by itself after that day. Without one it stays until somebody ends it.',
      }),
    ]),
  };
}

const isBlock = (block: KnownBlock | null): block is KnownBlock => block !== null;

/** What somebody asked for, the newest first, each with a way to end it; and the way to ask for more. */
export function requestList(requests: readonly RequestView[], personName: string | null): Message {
  const rows = requests.slice(0, 12).map((request) => [section(lineOf(request)), endRow(request)].filter(isBlock));
  const shown = withinMessage(rows);
  const head = personName === null ? md`You have` : md`${bold(personName, 80)} has`;
  const more = requests.length - shown.filter(({ type }) => type === 'section').length;
  const begin =
    personName === null ? [idButton({ id: actionIds.askAccess, label: 'Ask for access', ids: { from: 'list' } })] : [];
  if (requests.length === 0)
    return message(
      [section(md`${head} not asked for access yet.`), buttonRow(begin)],
      md`Ask with ${code(`${commandName} request`)}.`,
    );
  return message([
    section(md`${head} asked for:`),
    ...shown,
    more > 0 ? context(md`and ${more.toLocaleString('en-US')} more, older ones`) : null,
    buttonRow(begin),
  ]);
}

const wordText: Readonly<Record<RequestView['apps'][number]['word'], string>> = {
  waiting: 'waits for a decision',
  given: 'given',
  refused: 'refused',
  over: 'over',
  ended: 'ended',
};

function lineOf({ title, until, why, apps }: RequestView): Markup {
  const time = until === null ? nothing : md` until ${escaped(until, 20)}`;
  const [only, another] = apps;
  const words = apps.slice(0, 10).map(({ title: app, word }) => md`${escaped(app, 60)}: ${wordText[word]}`);
  const state = only !== undefined && another === undefined ? md`${wordText[only.word]}` : enumerate(words);
  return md`${bold(title, 80)}${time}: ${apps.length === 0 ? md`it reaches no app now` : state}. _${escaped(why, 300)}_`;
}

/** *Withdraw* while nobody has decided, *Give back* after; nothing where it is over. */
function endRow({ id, title, apps }: RequestView) {
  const waits = apps.some(({ word }) => word === 'waiting');
  if (!waits && !apps.some(({ word }) => word === 'given')) return null;
  return buttonRow([
    idButton({
      ...{ id: actionIds.endRequest, label: waits ? 'Withdraw' : 'Give back', ids: { request: id } },
      spoken: `${waits ? 'Withdraw the request for' : 'Give back'} ${title}`,
      confirm: {
        title: waits ? 'Withdraw it?' : 'Give it back?',
        text: waits ? 'Nobody is asked any more.' : 'What only this request gave is taken back, as when a role ends.',
        confirm: waits ? 'Withdraw' : 'Give back',
        danger: !waits,
      },
    }),
  ]);
}
