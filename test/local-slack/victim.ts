import { startWorkspace } from '../../src/local-slack/workspace.ts';
import { channels, manifest, people } from './fixtures.ts';

/** A workspace in a process of its own, for the test that kills it. It says where it is on one line. */
const [, , dir = ''] = process.argv;
const botUrl = 'http://127.0.0.1:9/slack/events';
const { url, state, tokens } = await startWorkspace({
  manifest: manifest(),
  people,
  channels,
  botUrl,
  dir,
  rates: 'none',
});
process.stdout.write(`${JSON.stringify({ url, channel: state.channels[0]?.id, token: tokens.botToken })}\n`);
// Should the test end without killing it, it ends by itself.
setTimeout(() => process.exit(1), 30_000);
