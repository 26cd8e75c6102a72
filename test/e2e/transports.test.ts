import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionIds } from '../../blocks/ids.ts';
import type { Member } from '../../src/local-slack/model.ts';
import { startWorkspace, type Workspace } from '../../src/local-slack/workspace.ts';
import { startFaultServer } from '../fakes/fault-server.ts';
import { pressOf } from '../slack/office.ts';
import { onSocketMode } from '../slack/transport.ts';
import { type Bot, dataFolder, eventually, freePorts, rollcall, startBot } from './bot.ts';

/** The whole process beside a workspace it does not own, as beside Slack: only tokens and an address say where it is. */
/** Done when the test is over, the last first. */
type AtEnd = (clean: () => Promise<unknown>) => void;

const [ada, grace, zoe] = ['U0ADA00001', 'U0GRACE001', 'U0ZOE00001'];
const member = (id: string, name: string): Member => ({
  id,
  name,
  realName: name,
  email: `${name}@acme.test`,
  timeZone: 'UTC',
});
const people = [member(ada, 'ada'), member(grace, 'grace'), member(zoe, 'zoe')];
const manifest = parse(readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8'));

const config = (file: string, baseUrl: string) => `
version: 1
settings: { admins: [ada@acme.test], approvers: [grace@acme.test], channel: "#access" }
directories:
  - { name: hr, connector: csv, config: { file: "${file}", key: employee_id } }
roles: [{ name: Sales, apps: [crm] }]
mappings:
  - { name: Sales people, conditions: [{ attribute: department, operator: "=", value: Sales }], roles: [Sales] }
apps:
  - name: crm
    connector: scim
    connection: { baseUrl: "${baseUrl}", auth: { type: bearer, token: "\${CRM_TOKEN}" }, allowHosts: [127.0.0.1] }
    provisioning: { enabled: true, approval: { create: true } }
`;

type Started = { bot: Bot; workspace: Workspace; created(): number };

async function start(transport: 'http' | 'socket', atEnd: AtEnd): Promise<Started> {
  const { dir, remove } = dataFolder();
  atEnd(remove);
  const port = await freePorts();
  const app = await startFaultServer({ token: 'e2e-crm-token' });
  atEnd(() => app.stop());
  const workspace = await startWorkspace({
    ...{ manifest: transport === 'http' ? manifest : onSocketMode(manifest), people, channels: [{ name: 'access' }] },
    ...{ botUrl: `http://127.0.0.1:${port}/slack/events`, rates: 'none' },
  });
  atEnd(() => workspace.stop());
  const { botToken, appToken, signingSecret } = workspace.tokens;
  const env = {
    ...{ CRM_TOKEN: 'e2e-crm-token', SLACK_BOT_TOKEN: botToken, SLACK_API_URL: `${workspace.url}/api` },
    ...(transport === 'http' ? { SLACK_SIGNING_SECRET: signingSecret } : { SLACK_APP_TOKEN: appToken }),
  };
  writeFileSync(
    join(dir, 'people.csv'),
    'employee_id,email,given_name,department\n1,ada@acme.test,Ada,IT\n2,grace@acme.test,Grace,Security\n3,zoe@acme.test,Zoë,Sales\n',
  );
  writeFileSync(join(dir, 'rollcall.yml'), config(join(dir, 'people.csv'), app.baseUrl));
  const imported = await rollcall(
    dir,
    port,
    ['config', 'import', join(dir, 'rollcall.yml'), '--yes', '--as', 'ada@acme.test'],
    env,
  );
  expect(imported).toMatchObject({ code: 0 });
  const bot = await startBot(dir, port, env);
  atEnd(() => bot.stop());
  const created = () => app.log.filter(({ method, url }) => method === 'POST' && url.startsWith('/scim/Users')).length;
  return { bot, workspace, created };
}

const readyz = async ({ url }: Bot) => {
  const response = await fetch(`${url}/readyz`);
  const { checks } = (await response.json()) as { checks: { name: string; problem?: string }[] };
  return { status: response.status, slack: checks.find(({ name }) => name === 'slack')?.problem ?? null };
};

describe.concurrent.each(['http', 'socket'] as const)('over %s', (transport) => {
  it('a joiner is asked about, approved once however often it is delivered, and made', async ({
    onTestFinished,
    expect,
  }) => {
    const { bot, workspace, created } = await start(transport, (clean) =>
      onTestFinished(async () => {
        await clean();
      }),
    );
    const channel = workspace.state.channels.find(({ name }) => name === 'access')?.id ?? '';
    const card = () =>
      workspace.state
        .messages(channel, grace)
        .find(({ text }) => text.includes('zoe@acme.test') || text.includes('Zoë'));
    await eventually(card, (seen) => seen !== undefined);
    expect(await readyz(bot)).toEqual({ status: 200, slack: null });

    workspace.faults.add({ delivery: 'block_actions', effect: 'cut' });
    expect(await workspace.actions.press(pressOf(grace, card(), actionIds.approve))).toMatchObject({ ok: false });
    await eventually(
      () => card()?.text ?? '',
      (text) => text.includes('Provisioned'),
    );
    expect(created()).toBe(1);

    workspace.faults.add({ delivery: 'command', effect: 'duplicate' });
    const whispers = () =>
      workspace.state.messages(channel, grace).filter(({ ephemeralFor }) => ephemeralFor === grace);
    expect(await workspace.actions.command(grace, channel, '/provision status @zoe')).toEqual({ ok: true });
    await eventually(whispers, ({ length }) => length > 0);
    if (transport === 'socket') await turnOffAndOn({ bot, workspace });
    expect((await fetch(`${bot.url}/slack/events`, { method: 'POST' })).status).toBe(transport === 'http' ? 401 : 404);
    expect(await bot.stop()).toBe(0);
    expect(whispers()).toHaveLength(1);
    expect(workspace.sockets.count).toBe(0);
  });
});

async function turnOffAndOn({ bot, workspace }: Pick<Started, 'bot' | 'workspace'>): Promise<void> {
  workspace.sockets.disconnect('link_disabled');
  const { slack } = await eventually(
    () => readyz(bot),
    ({ status }) => status === 503,
  );
  expect(slack).toContain('no Socket Mode connection');
  workspace.sockets.enable();
  await eventually(
    () => readyz(bot),
    ({ status }) => status === 200,
  );
}
