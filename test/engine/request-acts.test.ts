import { describe, expect, it, vi } from 'vitest';
import { noPowers, powersOf } from '../../src/core/audience.ts';
import { RollcallError } from '../../src/core/errors.ts';
import { type Acme, actorOf, names, type Role, requestIn, roles, type State, states } from './request-states.ts';

vi.setConfig({ testTimeout: 60_000 });

/*
 * Every act on a request, by everybody, in every state of the request: one table, written from the rules (design.md, *Who may what*;
 * docs/approval-security.md 2, 4, 6, 7, 12–14). What is not theirs or does not apply any more is refused in words, changes nothing,
 * and an attempt to decide is written down.
 */

const acts = ['approve', 'reject', 'approve some', 'reject some', 'ask'] as const;
type Act = (typeof acts)[number];
type Said = { text: string; refused: boolean };

async function done(acme: Acme, role: Role, act: Act, approval: string): Promise<Said> {
  const actor = await acme.personOf(names[role]);
  if (act === 'ask') {
    const asking = acme.engine.useCases.question(approval, 'why?', await actorOf(acme, role));
    return asking.then(
      ({ text }) => ({ text, refused: false }),
      (error: unknown) => {
        if (error instanceof RollcallError && error.next === 'show') return { text: error.message, refused: true };
        throw error;
      },
    );
  }
  const [decision, some] = act.split(' ') as ['approve' | 'reject', string | undefined];
  const login = await acme.loginOf('zoe');
  const part = some === undefined ? {} : { only: [login?.id ?? ''] };
  const { result, text } = await acme.engine.useCases.decide({
    ...{ approval, edition: null, decision, reason: 'so', actor, ...part },
  });
  return { text, refused: result === 'refused' };
}

/** Everything an act could change; what waits to be published of it is not it. */
async function standing(acme: Acme): Promise<string> {
  const { outbox: _, ...login } = (await acme.loginOf('zoe')) ?? { outbox: [] };
  const { outbox: __, version: ___, ...approval } = await requestIn(acme);
  return JSON.stringify({ login, approval, calls: acme.app.calls.length });
}
const attempts = async (acme: Acme, id: string) => {
  const events = await acme.store.events.list({ approval: id }, null, 500);
  return events.filter(({ type }) => type === 'approval.refused').length;
};

const mayIn = ({ decide, ask }: State, act: Act, role: Role): boolean => (act === 'ask' ? ask : decide).includes(role);

describe('an act on a request that is not theirs, or does not apply', () => {
  it.each(Object.keys(states))('%s', async (name) => {
    const state = states[name] as State;
    const acme = await state.make();
    const { id } = await requestIn(acme);
    const wrong: string[] = [];
    for (const role of roles)
      for (const act of acts) {
        if (mayIn(state, act, role)) continue;
        const before = await standing(acme);
        const { text, refused } = await done(acme, role, act, id);
        const said = act === 'ask' ? /./ : (state.but?.[role] ?? (role === 'nobody' ? /./ : state.says));
        if (!refused || !said.test(text)) wrong.push(`${role} ${act}: ${refused ? '' : 'not refused: '}${text}`);
        if (name !== 'emptied' && (await standing(acme)) !== before) wrong.push(`${role} ${act} changed something`);
      }
    expect(wrong).toEqual([]);
    await acme.time.advance(1_000);
    expect(await attempts(acme, id)).toBeGreaterThan(0);
    await acme.stop();
  });
});

describe('an act on a request that is theirs', () => {
  it.each(Object.keys(states))('%s', async (name) => {
    const state = states[name] as State;
    const wrong: string[] = [];
    for (const role of roles)
      for (const act of acts) {
        if (!mayIn(state, act, role)) continue;
        const acme = await state.make();
        const { id } = await requestIn(acme);
        const { text, refused } = await done(acme, role, act, id);
        const told = act === 'approve' ? (state.approved ?? /./) : /./;
        if (refused || !told.test(text)) wrong.push(`${role} ${act}: ${text}`);
        await acme.stop();
      }
    expect(wrong).toEqual([]);
  });
});

describe('what waits for somebody', () => {
  it.each(Object.keys(states).filter((name) => name !== 'emptied'))('%s', async (name) => {
    const { make, decide } = states[name] as State;
    const acme = await make();
    const { id } = await requestIn(acme);
    const stored = await acme.store.config.read();
    const listed: Role[] = [];
    for (const role of roles) {
      const person = await acme.personOf(names[role]);
      const powers = stored === null ? noPowers : powersOf(person, stored.config);
      const views = await acme.engine.useCases.pending(person, powers, 50);
      if (views.some(({ approval }) => approval.id === id)) listed.push(role);
    }
    // Those who read all see it behind what waits for them, as long as anybody may decide it.
    const readers: readonly Role[] = decide.length > 0 ? ['auditor', 'admin'] : [];
    expect(listed).toEqual(roles.filter((role) => decide.includes(role) || readers.includes(role)));
    await acme.stop();
  });
});
