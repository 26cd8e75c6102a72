import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { actionIds } from '../blocks/ids.ts';

/** Bolt that only acknowledges a press, in a process of its own: the yardstick. Sends its port; ends with its parent. */
const receiver = new HTTPReceiver({ signingSecret: process.env.BARE_SECRET ?? '', endpoints: ['/slack/events'] });
const app = new App({
  receiver,
  authorize: async () => ({ botToken: 'xoxb-bare', botId: 'B0', botUserId: 'U0' }),
  convoStore: false,
});
app.action(actionIds.approve, async ({ ack }) => ack());
const server = await receiver.start(0);
process.send?.((server.address() as AddressInfo).port);
process.once('disconnect', () => process.exit(0));
