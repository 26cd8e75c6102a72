import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { actionIds } from '../blocks/ids.ts';
import type { Message, Outcome } from '../src/local-slack/model.ts';
import type { Workspace } from '../src/local-slack/workspace.ts';

/*
 * A company at work: people join, move and leave in the HR export, come back and leave again, so that the company stays as large as it
 * is; somebody presses what waits, signs on, types and looks.
 */

const [ada, grace, zoe] = ['U0ADA0001', 'U0GRACE02', 'U0ZOE0003'];
const pool = 12;
/** Newest messages looked at for a button. */
const looked = 40;

export type Work = { url: string; workspace: Workspace; peopleFile: string };
export type Tally = Record<
  'joins' | 'moves' | 'leavers' | 'presses' | 'sign-ons' | 'commands' | 'looks' | 'unanswered',
  number
>;

export const newTally = (): Tally => ({
  ...{ joins: 0, moves: 0, leavers: 0, presses: 0, 'sign-ons': 0, commands: 0, looks: 0, unanswered: 0 },
});

/** Does one thing after the other until it is told to stop, one each so many milliseconds. */
export async function workSteadily(work: Work, tally: Tally, { beat, signal }: { beat: number; signal: AbortSignal }) {
  const base = readFileSync(work.peopleFile, 'utf8').trimEnd();
  const things = [
    (turn: number) => editPool(work, base, turn, tally),
    () => pressAll(work, tally),
    () => signOn(work, tally),
    () => typeAndLook(work, tally),
  ];
  for (let turn = 0; !signal.aborted; turn += 1) {
    const [next] = things.splice(0, 1);
    if (next === undefined) return;
    things.push(next);
    await next(Math.floor(turn / 4));
    await pause(beat, undefined, { signal }).catch(() => undefined);
  }
}

/** The pool goes through its states one person at a time: they join, move, leave, and come back. */
async function editPool({ peopleFile }: Work, base: string, turn: number, tally: Tally): Promise<void> {
  const rows = Array.from({ length: pool }, (_, index) => rowOf(index, Math.floor((turn - index) / pool)));
  writeFileSync(peopleFile, `${[base, ...rows.filter((row) => row !== null)].join('\n')}\n`);
  tally[(['joins', 'moves', 'leavers'] as const)[Math.floor(turn / pool) % 3] ?? 'joins'] += 1;
}

function rowOf(index: number, stage: number): string | null {
  if (stage < 0) return null;
  const department = stage % 3 === 1 ? 'Support' : 'Sales';
  const status = stage % 3 === 2 ? 'terminated' : 'active';
  return `95${String(index).padStart(2, '0')},Soak${index},Person${index},soak${index}@acme.test,${department},Associate,,Berlin,,${status},2020-01-01,,permanent`;
}

/** Grace decides what waits for her. */
async function pressAll({ workspace }: Work, tally: Tally): Promise<void> {
  for (const { channel, ts, blockId, actionId, value } of buttons(workspace)) {
    const state = { type: 'button', value };
    const press = { user: grace, container: { message: { channel, ts } }, blockId, actionId, state };
    count(tally, 'presses', await workspace.actions.press(press));
  }
}

function buttons({ state }: Workspace) {
  const channels = state.channels.filter(({ name, with: other }) => name.startsWith('access') || other === grace);
  return channels.flatMap(({ id }) => state.messages(id, grace).slice(-looked).flatMap(buttonsOf));
}

function buttonsOf({ channel, ts, blocks }: Message) {
  return (blocks ?? []).flatMap((block) => {
    if (block.type !== 'actions') return [];
    const button = block.elements.find(({ action_id }) => action_id === actionIds.approve);
    if (button?.type !== 'button' || button.value === undefined) return [];
    const { action_id: actionId = '', value } = button;
    return [{ channel, ts, blockId: block.block_id ?? '', actionId, value }];
  });
}

/** Zoë signs on to the wiki as far as our side goes: the link in Slack, its page, and what the app is sent. */
async function signOn({ url, workspace }: Work, tally: Tally): Promise<void> {
  const general = workspace.state.channels.find(({ name }) => name === 'general')?.id ?? '';
  const before = linksIn(workspace, general);
  const outcome = await workspace.actions.command(zoe, general, '/provision sign-on wiki');
  if (!outcome.ok) return count(tally, 'commands', outcome);
  await pause(1_000);
  const link = [...linksIn(workspace, general)].filter((one) => !before.has(one)).at(-1);
  if (link === undefined) return;
  await (await fetch(link)).text();
  const answer = await fetch(link, { method: 'POST', headers: { origin: url } });
  if ((await answer.text()).includes('SAMLResponse')) tally['sign-ons'] += 1;
}

function linksIn({ state }: Workspace, channel: string): Set<string> {
  const direct = state.channels.filter(({ with: other }) => other === zoe).map(({ id }) => id);
  const messages = [channel, ...direct].flatMap((id) => state.messages(id, zoe).slice(-looked));
  const links = messages.flatMap(
    ({ text, blocks }) => JSON.stringify([text, blocks]).match(/http[^"|>\s\\]+\/saml\/[^"|>\s\\]+/g) ?? [],
  );
  return new Set(links);
}

const lines = ['status', 'explain zoe@acme.test crm', 'help', 'events'];

async function typeAndLook({ workspace }: Work, tally: Tally): Promise<void> {
  const general = workspace.state.channels.find(({ name }) => name === 'general')?.id ?? '';
  const line = lines[tally.looks % lines.length];
  count(tally, 'commands', await workspace.actions.command(ada, general, `/provision ${line}`));
  count(tally, 'looks', await workspace.actions.openHome(ada));
}

/** A delivery that was made to go wrong may leave somebody without an answer. */
function count(tally: Tally, what: keyof Tally, outcome: Outcome): void {
  tally[what] += 1;
  if (!outcome.ok) tally.unanswered += 1;
}
