import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { createWorkspace } from '../../src/local-slack/workspace.ts';
import { ada, buttons, channels, manifest, manualClock, modal, people, section, textField, zoe } from './fixtures.ts';
import {
  channelId,
  refusal,
  silent,
  startWithBolt,
  type Transport,
  transports,
  until,
  type WithBolt,
} from './harness.ts';

let running: WithBolt[] = [];

const starting =
  (transport: Transport) =>
  async (register: (bolt: App) => void, options = {}) => {
    const workspace = await startWithBolt(register, { ...options, transport });
    running.push(workspace);
    return { ...workspace, access: channelId(workspace, 'access') };
  };

afterEach(async () => {
  await Promise.all(running.map((workspace) => workspace.stop()));
  running = [];
});

describe.each(transports)('over %s', (transport) => {
  const start = starting(transport);

  test('a slash command is answered to its sender alone', async () => {
    const { actions, state, access } = await start((bolt) => {
      bolt.command('/helper', async ({ ack, command }) => ack(`You said ${command.text} in ${command.channel_name}`));
    });
    expect(await actions.command(ada, access, '/helper status')).toEqual({ ok: true });
    expect(state.messages(access, ada).map((message) => message.text)).toEqual(['You said status in access']);
    expect(state.messages(access, zoe)).toEqual([]);
  });

  test('a command carries people and channels by id when the manifest asks for it', async () => {
    const heard: string[] = [];
    const { actions, access, tokens } = await start((bolt) => {
      for (const name of ['/helper', '/plain']) {
        bolt.command(name, async ({ ack, command }) => {
          heard.push(command.text);
          await ack();
        });
      }
    });
    await actions.command(ada, access, '/helper plan @zoe.kim, #access <b> & https://acme.test/x @nobody @helper');
    await actions.command(ada, access, '/plain plan @zoe.kim <b>');
    expect(heard).toEqual([
      `plan <@${zoe}|zoe.kim>, <#${access}|access> &lt;b&gt; &amp; <https://acme.test/x> @nobody <@${tokens.botUser}|helper>`,
      'plan @zoe.kim &lt;b&gt;',
    ]);
  });

  test('commands that the manifest does not declare, and people who are not there, get nowhere', async () => {
    const { actions, access, log } = await start((bolt) => {
      bolt.command(/.*/, async ({ ack }) => ack());
    });
    expect(await actions.command(ada, access, '/other')).toEqual({ ok: false, error: 'unknown_command' });
    expect(await actions.command(ada, 'C0NOWHERE1', '/helper')).toEqual({ ok: false, error: 'channel_not_found' });
    expect(await actions.command('U0NOBODY01', access, '/helper')).toEqual({ ok: false, error: 'user_not_found' });
    expect(await actions.command('U0GONE0001', access, '/helper')).toEqual({ ok: false, error: 'account_inactive' });
    expect(log.deliveries()).toEqual([]);
  });

  test('respond() answers five times through the response URL, and not a sixth', async () => {
    const failures: unknown[] = [];
    const { actions, state, access } = await start((bolt) => {
      bolt.command('/helper', async ({ ack, respond }) => {
        await ack();
        for (let time = 1; time <= 6; time += 1) {
          const response_type = time === 5 ? 'in_channel' : 'ephemeral';
          await respond({ text: `answer ${time}`, response_type }).catch((error) => failures.push(error.statusCode));
        }
      });
    });
    await actions.command(ada, access, '/helper');
    await until(() => failures.length === 1);
    expect(failures).toEqual([404]);
    expect(state.messages(access, ada)).toHaveLength(5);
    expect(state.messages(access, zoe).map((message) => message.text)).toEqual(['answer 5']);
  });

  test('a response URL ends after 30 minutes', async () => {
    const clock = manualClock();
    let respond: (text: string) => Promise<unknown> = () => Promise.reject(new Error('not yet'));
    const { actions, access } = await start(
      (bolt) => {
        bolt.command('/helper', async (given) => {
          respond = given.respond;
          await given.ack();
        });
      },
      { clock },
    );
    await actions.command(ada, access, '/helper');
    clock.advance(30 * 60_000);
    await respond('in time');
    clock.advance(1);
    await expect(respond('too late')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('a click reaches the bot as block_actions, and chat.update changes the card', async () => {
    const { actions, client, state, access } = await start((bolt) => {
      bolt.action('approve', async ({ ack, body, action, client: web }) => {
        await ack();
        if (body.type !== 'block_actions' || action.type !== 'button') return;
        const text = `Approved by ${body.user.username}: ${action.value}, ${body.message?.text}`;
        await web.chat.update({ channel: body.channel?.id ?? '', ts: body.message?.ts ?? '', text });
      });
    });
    const card = await client.chat.postMessage({
      channel: access,
      text: 'Give Zoe the CRM',
      blocks: [section('Give Zoe the CRM'), buttons('decide', 'approve', 'reject')],
    });
    const message = { channel: access, ts: card.ts ?? '' };
    const outcome = await actions.press({ user: zoe, container: { message }, blockId: 'decide', actionId: 'approve' });
    expect(outcome).toEqual({ ok: true });
    const changed = await until(() => state.messages(access, ada).find((each) => each.editedAt));
    expect(changed).toMatchObject({ text: 'Approved by zoe.kim: value of approve, Give Zoe the CRM', blocks: [] });
    const again = await actions.press({ user: zoe, container: { message }, blockId: 'decide', actionId: 'approve' });
    expect(again).toEqual({ ok: false, error: 'element_not_found' });
  });

  test('a click can replace or delete its message, also one that only the clicker sees', async () => {
    const { actions, client, state, access } = await start((bolt) => {
      bolt.action('replace', async ({ ack, respond, body }) => {
        await ack();
        const seen = body.type === 'block_actions' && body.message ? 'with' : 'without';
        await respond({ replace_original: true, text: `replaced, ${seen} its content` });
      });
      bolt.action('delete', async ({ ack, respond }) => {
        await ack();
        await respond({ delete_original: true });
      });
    });
    const blocks = [buttons('row', 'replace', 'delete')];
    const whisper = await client.chat.postEphemeral({ channel: access, user: ada, text: 'psst', blocks });
    const loud = await client.chat.postMessage({ channel: access, text: 'hey', blocks });
    const pressOn = (ts: string | undefined, actionId: string) => {
      const container = { message: { channel: access, ts: ts ?? '' } };
      return actions.press({ user: ada, container, blockId: 'row', actionId });
    };
    const container = { message: { channel: access, ts: whisper.message_ts ?? '' } };
    const nosy = await actions.press({ user: zoe, container, blockId: 'row', actionId: 'replace' });
    expect(nosy).toEqual({ ok: false, error: 'element_not_found' });
    await pressOn(whisper.message_ts, 'replace');
    await pressOn(loud.ts, 'delete');
    await until(() => state.messages(access, zoe).length === 0 && state.messages(access, ada)[0]?.editedAt);
    expect(state.messages(access, ada).map((message) => message.text)).toEqual(['replaced, without its content']);
  });

  test('a modal opens, shows field errors, keeps what was typed, and closes', async () => {
    const submitted: unknown[] = [];
    const { actions, state, access, log } = await start((bolt) => {
      bolt.command('/helper', async ({ ack, client: web, command }) => {
        await ack();
        const view = modal([textField('reason'), textField('note', { initial_value: 'as usual' })], {
          private_metadata: 'request 7',
        });
        await web.views.open({ trigger_id: command.trigger_id, view });
      });
      bolt.view('form', async ({ ack, view }) => {
        const values = view.state.values;
        submitted.push([view.private_metadata, values.reason?.text?.value, values.note?.text?.value]);
        if (values.reason?.text?.value === 'no') {
          await ack({ response_action: 'errors', errors: { reason: 'Say more' } });
        } else await ack();
      });
    });
    await actions.command(ada, access, '/helper');
    const open = await until(() => state.modal(ada));
    expect(state.modal(zoe)).toBeUndefined();
    const field = { user: ada, container: { view: open.id }, blockId: 'note', actionId: 'text' };
    expect(await actions.press({ ...field, state: { value: 'not as usual' } })).toEqual({ ok: true });
    expect(log.deliveries('block_actions')).toEqual([]);
    expect(await actions.submit(ada, open.id, {})).toEqual({ ok: false, error: 'invalid_input' });
    expect(state.modal(ada)?.errors).toEqual({ reason: 'Please complete this required field.' });
    expect(await actions.submit(ada, open.id, { reason: { text: { value: 'no' } } })).toEqual({ ok: true });
    expect(state.modal(ada)).toMatchObject({
      errors: { reason: 'Say more' },
      values: { reason: { text: { value: 'no' } } },
    });
    expect(await actions.submit(ada, open.id, { reason: { text: { value: 'because' } } })).toEqual({ ok: true });
    expect(state.modal(ada)).toBeUndefined();
    expect(submitted).toEqual([
      ['request 7', 'no', 'not as usual'],
      ['request 7', 'because', 'not as usual'],
    ]);
    expect(await actions.submit(ada, open.id, {})).toEqual({ ok: false, error: 'view_not_found' });
  });

  test('a submission may update, push and clear; closing tells the bot when it asked', async () => {
    const closed: unknown[] = [];
    const { actions, state, access } = await start((bolt) => {
      const titled = (text: string) =>
        modal([textField('field')], { title: { type: 'plain_text', text }, notify_on_close: true });
      bolt.command('/helper', async ({ ack, client: web, command }) => {
        await ack();
        await web.views.open({ trigger_id: command.trigger_id, view: titled('first') });
      });
      bolt.view('form', async ({ ack, view }) => {
        const said = view.state.values.field?.text?.value;
        if (said === 'update') await ack({ response_action: 'update', view: titled('updated') });
        else if (said === 'push') await ack({ response_action: 'push', view: titled('pushed') });
        else await ack({ response_action: 'clear' });
      });
      bolt.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack, body }) => {
        if (body.type === 'view_closed') closed.push([body.view.title.text, body.is_cleared]);
        await ack();
      });
    });
    await actions.command(ada, access, '/helper');
    const top = () => {
      const view = state.modal(ada)?.view;
      return view?.type === 'modal' ? view.title.text : undefined;
    };
    const say = (value: string) => actions.submit(ada, state.modal(ada)?.id ?? '', { field: { text: { value } } });
    await until(() => top() === 'first');
    await say('update');
    expect(top()).toBe('updated');
    await say('push');
    expect(await say('')).toEqual({ ok: false, error: 'invalid_input' });
    await say('push');
    expect(top()).toBe('pushed');
    expect(await say('push')).toEqual({ ok: false, error: 'push_limit_reached' });
    expect(await actions.close(ada, state.modal(ada)?.id ?? '')).toEqual({ ok: true });
    expect(closed).toEqual([['pushed', false]]);
    expect(state.modal(ada)?.errors).toBeUndefined();
    await say('clear');
    expect(top()).toBeUndefined();
  });

  test('views.update from an action keeps the typed fields and refuses an old hash', async () => {
    const errors: string[] = [];
    const { actions, state, access } = await start((bolt) => {
      const choosing = (note: string) => modal([section(note), textField('name'), buttons('more', 'grow')]);
      bolt.command('/helper', async ({ ack, client: web, command }) => {
        await ack();
        await web.views.open({ trigger_id: command.trigger_id, view: choosing('small') });
      });
      bolt.action('grow', async ({ ack, body, client: web }) => {
        await ack();
        if (body.type !== 'block_actions' || !body.view) return;
        const { id: view_id, hash, state: held } = body.view;
        const view = choosing(`grown for ${held.values.name?.text?.value}`);
        await web.views.update({ view_id, hash, view });
        errors.push((await refusal(web.views.update({ view_id, hash, view }))).error);
      });
    });
    await actions.command(ada, access, '/helper');
    const open = await until(() => state.modal(ada));
    const values = { name: { text: { value: 'Zoe' } } };
    await actions.press({ user: ada, container: { view: open.id }, blockId: 'more', actionId: 'grow', values });
    await until(() => errors.length === 1);
    expect(errors).toEqual(['hash_conflict']);
    expect(JSON.stringify(state.modal(ada)?.view)).toContain('grown for Zoe');
    expect(state.modal(ada)?.values).toMatchObject({ name: { text: { value: 'Zoe' } } });
  });

  test('a trigger opens one modal, within three seconds', async () => {
    const clock = manualClock();
    const errors: string[] = [];
    const triggers: string[] = [];
    const { actions, client, access } = await start(
      (bolt) => {
        bolt.command('/helper', async ({ ack, command }) => {
          triggers.push(command.trigger_id);
          await ack();
        });
      },
      { clock },
    );
    const open = async (trigger_id: string) => {
      errors.push((await refusal(client.views.open({ trigger_id, view: modal([section('hi')]) }))).error);
    };
    await actions.command(ada, access, '/helper');
    await actions.command(ada, access, '/helper');
    const [first = '', second = ''] = triggers;
    clock.advance(3_000);
    await client.views.open({ trigger_id: first, view: modal([section('hi')]) });
    await open(first);
    clock.advance(1);
    await open(second);
    await open('1.2.3');
    expect(errors).toEqual(['exchanged_trigger_id', 'expired_trigger_id', 'invalid_trigger_id']);
  });

  test('App Home is published when it is opened, and its buttons work', async () => {
    const pressed: unknown[] = [];
    const { actions, state } = await start((bolt) => {
      bolt.event('app_home_opened', async ({ event, client: web }) => {
        const blocks = [section(`Home of ${event.user}`), buttons('home', 'refresh')];
        await web.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
      });
      bolt.action('refresh', async ({ ack, body }) => {
        await ack();
        if (body.type === 'block_actions') pressed.push([body.container.type, body.view?.type, body.channel]);
      });
    });
    expect(state.home(ada)).toBeUndefined();
    expect(await actions.openHome(ada)).toEqual({ ok: true });
    const home = await until(() => state.home(ada));
    expect(JSON.stringify(home.view)).toContain(`Home of ${ada}`);
    const container = { view: home.id };
    expect(await actions.press({ user: ada, container, blockId: 'home', actionId: 'refresh' })).toEqual({ ok: true });
    expect(await actions.press({ user: zoe, container, blockId: 'home', actionId: 'refresh' })).toMatchObject({
      ok: false,
    });
    expect(pressed).toEqual([['view', 'home', undefined]]);
  });

  test('messages and mentions reach the bot as the manifest subscribes', async () => {
    const heard: unknown[] = [];
    const { actions, state, access, tokens, settled } = await start((bolt) => {
      bolt.message(async ({ message, say }) => {
        if (message.subtype !== undefined) return;
        heard.push([message.channel_type, message.text]);
        if (message.channel_type === 'im') await say('pong');
      });
      bolt.event('app_mention', async ({ event }) => {
        heard.push(['mention', event.text]);
      });
    });
    const direct = await actions.openDirectMessage(ada);
    await actions.say(ada, direct, 'ping');
    await until(() => state.messages(direct, ada).length === 2);
    await actions.say(ada, access, 'ask @helper & wait');
    await settled();
    const text = `ask <@${tokens.botUser}> &amp; wait`;
    await until(() => heard.length === 3);
    expect(heard).toHaveLength(3);
    expect(heard).toEqual(
      expect.arrayContaining([
        ['im', 'ping'],
        ['channel', text],
        ['mention', text],
      ]),
    );
    expect(await actions.say(zoe, direct, 'let me in')).toEqual({ ok: false, error: 'channel_not_found' });
  });

  test('events that the manifest does not name are not delivered', async () => {
    const { actions, client, log, access, settled } = await start(() => undefined, {
      manifest: manifest({ events: ['message.channels', 'app_home_opened'] }),
    });
    await actions.say(ada, access, 'quiet');
    await actions.openHome(ada);
    const { ts: timestamp = '' } = await client.chat.postMessage({ channel: access, text: 'x' });
    await client.reactions.add({ channel: access, timestamp, name: 'eyes' });
    await client.reactions.remove({ channel: access, timestamp, name: 'eyes' });
    await settled();
    const types = log.deliveries('event').map(({ payload }) => (payload.event as { type: string }).type);
    expect(types).toEqual(['reaction_added']);
  });

  test('an external select asks the bot for its options, and the choice comes back whole', async () => {
    const chosen: unknown[] = [];
    const { actions, client, access } = await start((bolt) => {
      bolt.options('person', async ({ ack, options }) => {
        const found = ['Ada', 'Adam', 'Zoe'].filter((name) => name.startsWith(options.value));
        await ack({
          options: found.map((text) => ({ text: { type: 'plain_text', text }, value: text.toLowerCase() })),
        });
      });
      bolt.action('person', async ({ ack, action }) => {
        if (action.type === 'external_select') chosen.push(action.selected_option);
        await ack();
      });
    });
    const element = { type: 'external_select' as const, action_id: 'person', min_query_length: 2 };
    const blocks = [{ type: 'actions' as const, block_id: 'who', elements: [element] }];
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'Who?', blocks });
    const at = { user: ada, container: { message: { channel: access, ts } }, blockId: 'who', actionId: 'person' };
    expect(await actions.suggest(at, 'A')).toEqual([]);
    const options = await actions.suggest(at, 'Ad');
    expect(options).toEqual([
      { text: 'Ada', value: 'ada' },
      { text: 'Adam', value: 'adam' },
    ]);
    await actions.press({ ...at, state: { selected_option: options[1] } });
    expect(chosen).toEqual([{ text: { type: 'plain_text', text: 'Adam', emoji: true }, value: 'adam' }]);
  });

  test('a static select takes only options that the bot offered', async () => {
    const chosen: unknown[] = [];
    const { actions, client, access } = await start((bolt) => {
      bolt.action('level', async ({ ack, action }) => {
        if (action.type === 'static_select') chosen.push(action.selected_option);
        await ack();
      });
    });
    const option = (value: string) => ({ text: { type: 'plain_text' as const, text: value.toUpperCase() }, value });
    const element = { type: 'static_select' as const, action_id: 'level', options: [option('low'), option('high')] };
    const blocks = [{ type: 'section' as const, block_id: 'pick', text: section('x').text, accessory: element }];
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'Level?', blocks });
    const at = { user: ada, container: { message: { channel: access, ts } }, blockId: 'pick', actionId: 'level' };
    await actions.press({ ...at, state: { selected_option: { value: 'high', text: 'forged' } } });
    await actions.press({ ...at, state: { selected_option: { value: 'root' } } });
    expect(chosen).toEqual([option('high'), null]);
  });

  test('shortcuts reach the bot with a trigger, the message one with its message', async () => {
    const heard: unknown[] = [];
    const { actions, client, state, access } = await start((bolt) => {
      bolt.shortcut('ask', async ({ ack, shortcut, client: web }) => {
        await ack();
        await web.views.open({ trigger_id: shortcut.trigger_id, view: modal([section('asked')]) });
      });
      bolt.shortcut({ callback_id: 'explain', type: 'message_action' }, async ({ ack, shortcut, respond }) => {
        heard.push([shortcut.message.text, shortcut.channel.name]);
        await ack();
        await respond('Because.');
      });
    });
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'It failed' });
    expect(await actions.shortcut(ada, 'ask')).toEqual({ ok: true });
    await until(() => state.modal(ada));
    expect(await actions.shortcut(zoe, 'explain', { channel: access, ts })).toEqual({ ok: true });
    await until(() => state.messages(access, zoe).length === 2);
    expect(heard).toEqual([['It failed', 'access']]);
    expect(state.messages(access, ada)).toHaveLength(1);
    expect(await actions.shortcut(ada, 'explain')).toEqual({ ok: false, error: 'unknown_shortcut' });
  });

  test('a bot that does not acknowledge in three seconds gives operation_timeout', async () => {
    const clock = manualClock();
    let reached = false;
    const { actions, access } = await start(
      (bolt) => {
        bolt.command('/helper', async () => {
          reached = true;
        });
      },
      { clock },
    );
    const outcome = actions.command(ada, access, '/helper');
    await until(() => reached);
    clock.advance(3_000);
    expect(await outcome).toEqual({ ok: false, error: 'operation_timeout' });
  });

  test('an answer to a command that Slack would not show is an error for the sender', async () => {
    const { actions, state, access } = await start((bolt) => {
      bolt.command('/helper', async ({ ack }) => ack({ text: 'x', blocks: [section('y'.repeat(3001))] }));
    });
    expect(await actions.command(ada, access, '/helper')).toEqual({ ok: false, error: 'invalid_command_response' });
    expect(state.messages(access, ada)).toEqual([]);
  });

  test('edits, deletions and joins are events too, where the bot is', async () => {
    const heard: unknown[] = [];
    const { client, actions, access, settled, ...workspace } = await start((bolt) => {
      bolt.event('message', async ({ event }) => {
        if (event.subtype === 'message_changed' && !event.message.subtype) heard.push(['changed', event.message.text]);
        if (event.subtype === 'message_deleted') heard.push(['deleted', event.deleted_ts]);
      });
      bolt.event('member_joined_channel', async ({ event }) => {
        heard.push(['joined', event.user, event.channel]);
      });
    });
    const { ts = '' } = await client.chat.postMessage({ channel: access, text: 'one' });
    await client.chat.update({ channel: access, ts, text: 'two' });
    await settled();
    await client.chat.delete({ channel: access, ts });
    await settled();
    const lobby = channelId(workspace, 'lobby');
    await actions.say(ada, lobby, 'nobody hears this');
    await client.conversations.join({ channel: lobby });
    workspace.join(zoe, lobby);
    await settled();
    await until(() => heard.length === 4);
    expect(heard.slice(0, 2)).toEqual([
      ['changed', 'two'],
      ['deleted', ts],
    ]);
    expect(heard.slice(2)).toEqual(
      expect.arrayContaining([
        ['joined', workspace.tokens.botUser, lobby],
        ['joined', zoe, lobby],
      ]),
    );
    expect(JSON.stringify(workspace.log.deliveries('event'))).not.toContain('nobody hears this');
  });

  test('a modal can ask where to answer', async () => {
    const { actions, state, access } = await start((bolt) => {
      bolt.shortcut('ask', async ({ ack, shortcut, client: web }) => {
        await ack();
        const element = { type: 'conversations_select' as const, action_id: 'to', response_url_enabled: true };
        const view = modal([{ ...textField('where'), element }]);
        await web.views.open({ trigger_id: shortcut.trigger_id, view });
      });
      bolt.view('form', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'here', response_type: 'in_channel' });
      });
    });
    await actions.shortcut(ada, 'ask');
    const open = await until(() => state.modal(ada));
    await actions.submit(ada, open.id, { where: { to: { selected_conversation: access } } });
    await until(() => state.messages(access, zoe).length === 1);
    expect(state.messages(access, zoe)).toMatchObject([{ text: 'here' }]);
  });
});

test('what is signed with another secret is refused by the bot', async () => {
  let reached = false;
  const { actions, access, log, botUrl } = await starting('http')((bolt) => {
    bolt.command('/helper', async ({ ack }) => {
      reached = true;
      await ack();
    });
  });
  expect(await actions.command(ada, access, '/helper')).toEqual({ ok: true });
  const forged = await fetch(botUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-signature': 'v0=00',
      'x-slack-request-timestamp': '1',
    },
    body: 'command=%2Fhelper',
  });
  expect([forged.status, reached, log.deliveries('command').map((each) => each.status)]).toEqual([401, true, [200]]);
});

test('one server can hold the bot and the workspace', async () => {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const workspace = await createWorkspace({
    manifest: manifest(),
    people,
    channels,
    publicUrl,
    botUrl: `${publicUrl}/slack/events`,
  });
  const { botToken: token, signingSecret } = workspace.tokens;
  const receiver = new HTTPReceiver({ signingSecret, logger: silent });
  app.use(workspace.router);
  app.post('/slack/events', receiver.requestListener);
  const bolt = new App({ token, receiver, logger: silent, clientOptions: { slackApiUrl: `${publicUrl}/api/` } });
  bolt.command('/helper', async ({ ack, say }) => {
    await ack();
    await say('heard');
  });
  const access = channelId(workspace, 'access');
  expect(await workspace.actions.command(ada, access, '/helper')).toEqual({ ok: true });
  await until(() => workspace.state.messages(access, ada).length === 1);
  server.closeAllConnections();
  server.close();
  await workspace.stop();
});
