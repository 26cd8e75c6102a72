import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import { shownOf } from '../../src/core/proposal.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const started: Acme[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

const admins = ['ada@acme.test', 'bea@acme.test', 'cem@acme.test'];
const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };

async function open(settings: object = { admins }) {
  const acme = await company([row('ada'), row('bea'), row('cem'), row('zoe')], configOf({}, { ...settings }));
  started.push(acme);
  await acme.sync();
  const as = async (name: string): Promise<Actor> => {
    const person = await acme.personOf(name);
    return { kind: 'person', person: person.id, name, via: 'slack' };
  };
  const present = async (): Promise<Config> => {
    const stored = await acme.store.config.read();
    if (stored === null) throw new Error('no configuration');
    return stored.config;
  };
  const change = async (settingsOf: object, actor: Actor | string) => {
    const config = await present();
    const next = Config.parse({ ...config, settings: { ...config.settings, ...settingsOf } });
    const done = acme.engine.configure(next, typeof actor === 'string' ? await as(actor) : actor);
    await acme.time.advance(1_000);
    return done;
  };
  const proposed = async (settingsOf: object, actor: Actor | string = 'ada') => {
    const outcome = await change(settingsOf, actor);
    if (outcome.result !== 'proposed') throw new Error(outcome.text);
    return outcome.proposal;
  };
  const decide = async (
    id: string,
    decision: 'agree' | 'reject' | 'withdraw',
    actor: Actor | string,
    shown: string | null = null,
  ) => {
    const by = typeof actor === 'string' ? await as(actor) : actor;
    const done = acme.engine.useCases.decideProposal({ id, decision, shown, reason: null, actor: by });
    await acme.time.advance(1_000);
    return done;
  };
  const events = async (type: string) =>
    (await acme.store.events.list({}, null, 1_000)).filter((event) => event.type === type);
  const cardsOf = async (id: string) =>
    (await acme.store.outbox.due(Number.MAX_SAFE_INTEGER, 100)).filter(({ subject }) => subject === id);
  return { ...acme, as, present, change, proposed, decide, events, cardsOf };
}

describe('a change of power', () => {
  it('waits for another admin, changes nothing meanwhile, and is asked in direct messages only', async () => {
    const acme = await open();
    const edition = (await acme.store.config.read())?.edition;
    const outcome = await acme.change({ quorum: 2 }, 'ada');
    expect(outcome).toMatchObject({ result: 'proposed', proposal: { state: 'open', by: { name: 'ada' } } });
    expect(outcome.text).toMatch(
      /^Proposed as c-\d+\. .* so Person bea or Person cem has to agree; nothing is changed yet\.$/,
    );
    expect((await acme.store.config.read())?.edition).toBe(edition);
    const [ada, bea, cem] = await Promise.all(['ada', 'bea', 'cem'].map(acme.personOf));
    const id = 'proposal' in outcome ? outcome.proposal.id : '';
    const cards = await acme.cardsOf(id);
    expect(cards.map(({ kind, to }) => `${kind} ${to}`).sort()).toEqual(
      [ada, bea, cem].map((person) => `proposal ${person?.id}`).sort(),
    );
    const [event] = await acme.events('proposal.proposed');
    expect(event).toMatchObject({
      actor: { name: 'ada' },
      message: 'proposed to change the configuration: quorum: 1 → 2',
    });
  });

  it('is applied when another agrees, as the change of who proposed it, and says so', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2 });
    const drawn = (await acme.cardsOf(id)).map(({ wanted }) => wanted);
    expect(await acme.decide(id, 'agree', 'bea')).toMatchObject({ result: 'applied', proposal: { state: 'applied' } });
    expect((await acme.present()).settings.quorum).toBe(2);
    expect((await acme.store.config.read())?.by).toMatchObject({ name: 'ada' });
    expect((await acme.cardsOf(id)).every(({ wanted }, index) => wanted > (drawn[index] ?? 0))).toBe(true);
    expect((await acme.events('config.changed'))[0]).toMatchObject({
      actor: { name: 'ada' },
      message: 'changed the configuration: quorum: 1 → 2 (agreed to by bea)',
    });
    expect(await acme.events('proposal.agreed')).toMatchObject([{ actor: { name: 'bea' } }]);
    expect(await acme.events('proposal.applied')).toHaveLength(1);
  });

  it('is whole or nothing: the harmless part waits as well', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2, channel: '#elsewhere' });
    expect((await acme.present()).settings.channel).toBe('#access');
    await acme.decide(id, 'agree', 'bea');
    expect((await acme.present()).settings).toMatchObject({ quorum: 2, channel: '#elsewhere' });
  });

  it.each<[string, 'agree' | 'reject', string, RegExp]>([
    ['who proposed it, to agree', 'agree', 'ada', /Nobody agrees to their own change/],
    ['who proposed it, to reject', 'reject', 'ada', /You can withdraw it/],
    [
      'somebody it would make an admin',
      'agree',
      'zoe',
      /Only an admin by name may decide this: Person ada, Person bea, Person cem/,
    ],
  ])('is not for %s', async (_, decision, who, sentence) => {
    const acme = await open();
    const { id } = await acme.proposed({ admins: [...admins, 'zoe@acme.test'] });
    const outcome = await acme.decide(id, decision, who);
    expect(outcome).toMatchObject({ result: 'refused', proposal: { state: 'open' } });
    expect(outcome.text).toMatch(sentence);
    expect(await acme.events('proposal.refused')).toMatchObject([{ actor: { name: who } }]);
    expect((await acme.present()).settings.admins).toEqual(admins);
  });

  it('is not decided by an admin who has left, nor by the operating-system user', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2 });
    const cem = await acme.as('cem');
    acme.directory.state.rows = acme.directory.state.rows.map((one) =>
      one.externalId === 'cem' ? { ...one, status: 'suspended' as const } : one,
    );
    await acme.sync();
    expect(await acme.decide(id, 'agree', cem)).toMatchObject({ result: 'refused' });
    expect(await acme.decide(id, 'agree', ops)).toMatchObject({ result: 'refused' });
    expect(await acme.decide(id, 'agree', 'bea')).toMatchObject({ result: 'applied' });
  });

  it('from the command line waits too: the operating-system user stands for one admin', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2 }, ops);
    expect(await acme.decide(id, 'agree', ops)).toMatchObject({
      result: 'refused',
      text: expect.stringContaining('own change'),
    });
    expect(await acme.decide(id, 'agree', 'bea')).toMatchObject({ result: 'applied' });
  });

  it('can be rejected by another, and withdrawn by who proposed it alone', async () => {
    const acme = await open();
    const [one, two] = [await acme.proposed({ quorum: 2 }), await acme.proposed({ quorum: 3 })];
    expect(await acme.decide(one.id, 'withdraw', 'bea')).toMatchObject({ result: 'refused' });
    expect(await acme.decide(one.id, 'reject', 'bea')).toMatchObject({ result: 'rejected' });
    expect(await acme.decide(one.id, 'agree', 'cem')).toMatchObject({
      result: 'refused',
      text: 'This change is rejected already by bea.',
    });
    expect(await acme.decide(two.id, 'withdraw', 'ada')).toMatchObject({ result: 'withdrawn' });
    expect((await acme.present()).settings.quorum).toBe(1);
    expect(await acme.decide('c-none', 'agree', 'bea')).toMatchObject({ result: 'refused', proposal: null });
  });

  it('is decided once, however many press at once', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2 });
    const presses = await Promise.all(
      ['bea', 'cem', 'bea', 'cem'].map(async (who, index) =>
        acme.engine.useCases.decideProposal({
          ...{ id, shown: null, reason: null, actor: await acme.as(who) },
          decision: index < 2 ? 'agree' : 'reject',
        }),
      ),
    );
    await acme.time.advance(1_000);
    expect(presses.filter(({ result }) => result !== 'refused')).toHaveLength(1);
    const [winner] = presses.filter(({ result }) => result !== 'refused');
    expect((await acme.present()).settings.quorum).toBe(winner?.result === 'applied' ? 2 : 1);
    expect((await acme.events('config.changed')).length).toBe(winner?.result === 'applied' ? 2 : 1);
  });

  it('is decided as it was shown, or not at all', async () => {
    const acme = await open();
    const proposal = await acme.proposed({ quorum: 2 });
    expect(await acme.decide(proposal.id, 'agree', 'bea', 'something else')).toMatchObject({
      result: 'refused',
      text: expect.stringContaining('another since this card was drawn'),
    });
    expect(await acme.decide(proposal.id, 'agree', 'bea', shownOf(proposal))).toMatchObject({ result: 'applied' });
  });

  it('proposed twice is one proposal', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2 });
    const again = await acme.change({ quorum: 2 }, 'ada');
    expect(again).toMatchObject({ result: 'proposed', proposal: { id } });
    expect(again.text).toContain('proposed already');
    expect(await acme.store.proposals.open(10)).toHaveLength(1);
  });

  it('carries what it would come to', async () => {
    const acme = await open();
    const config = await acme.present();
    const next = Config.parse({ ...config, mappings: [], settings: { ...config.settings, quorum: 2 } });
    const outcome = acme.engine.configure(next, await acme.as('ada'));
    await acme.time.advance(1_000);
    expect(await outcome).toMatchObject({
      result: 'proposed',
      proposal: { plan: { people: 4, counts: [{ app: 'crm', kind: 'suspend', count: 4 }] } },
    });
    expect(await acme.word('zoe')).toBe('provisioned');
  });
});

describe('a change of power applies at once', () => {
  it.each<[string, object]>([
    ['where there is one admin', { admins: ['ada@acme.test'] }],
    ['where there is none', { admins: [] }],
    ['where the others have left or are unknown', { admins: ['ada@acme.test', 'gone@acme.test'] }],
  ])('%s, and its event says that nobody else was there', async (_, settings) => {
    const acme = await open(settings);
    const outcome = await acme.change({ quorum: 2 }, 'ada');
    expect(outcome).toMatchObject({ result: 'applied', text: expect.stringContaining('no other active admin') });
    expect((await acme.present()).settings.quorum).toBe(2);
    expect((await acme.events('config.changed'))[0]?.message).toBe(
      'changed the configuration: quorum: 1 → 2 (there was no other active admin to agree)',
    );
  });

  it('from the operating-system user where there is one admin', async () => {
    const acme = await open({ admins: ['ada@acme.test'] });
    expect(await acme.change({ quorum: 2 }, ops)).toMatchObject({ result: 'applied' });
  });

  it('not where an admin is named by Slack id alone', async () => {
    const acme = await open({ admins: ['ada@acme.test', 'U0BEA00001'] });
    const bea = await acme.personOf('bea');
    const pinned = { ...bea, version: bea.version + 1, slack: { team: 'T1', user: 'U0BEA00001' } };
    await acme.store.people.swap([{ before: bea, after: pinned }]);
    expect(await acme.change({ quorum: 2 }, 'ada')).toMatchObject({ result: 'proposed' });
  });
});

describe('any other change', () => {
  it('applies at once, with an event of who and what in words', async () => {
    const acme = await open();
    expect(await acme.change({ channel: '#elsewhere' }, 'ada')).toMatchObject({
      result: 'applied',
      text: 'The configuration is changed.',
    });
    expect((await acme.events('config.changed'))[0]).toMatchObject({
      actor: { name: 'ada' },
      message: 'changed the configuration: channel: #access → #elsewhere',
    });
  });
});

describe('looking at another configuration', () => {
  it('leaves the present one in use', async () => {
    const acme = await open();
    const config = await acme.present();
    await acme.engine.useCases.configEffect({ ...config, apps: [], roles: [], mappings: [] }, 5);
    await acme.engine.previewConfig({ ...config, apps: [], roles: [], mappings: [] }, 5);
    expect(acme.engine.useCases.targetOf('crm').title).not.toBe('');
  });

  it('tells what it changes in the plan, and not what waits anyway', async () => {
    const acme = await open();
    acme.directory.state.rows = [...acme.directory.state.rows, row('new')];
    const config = await acme.present();
    const asking = Config.parse({
      ...config,
      apps: config.apps.map((app) => ({ ...app, provisioning: { ...app.provisioning, approval: { create: true } } })),
    });
    await acme.engine.configure(asking, { kind: 'system', name: 'test' });
    await acme.sync();
    expect(await acme.word('new')).toBe('pending approval');
    const same = await acme.engine.useCases.configEffect({ ...asking, settings: { ...asking.settings, quorum: 2 } }, 5);
    expect(same).toMatchObject({ counts: [], dropped: [], people: 0 });
    const without = await acme.engine.useCases.configEffect({ ...asking, mappings: [] }, 2);
    expect(without.counts).toEqual([{ app: 'crm', kind: 'suspend', count: 4 }]);
    expect(without.dropped).toEqual([{ app: 'crm', kind: 'create', count: 1 }]);
    expect(without.operations).toHaveLength(2);
  });
});

describe('a configuration that changes while a proposal waits', () => {
  it('is followed where the two do not meet', async () => {
    const acme = await open();
    const proposal = await acme.proposed({ quorum: 2 });
    await acme.change({ channel: '#elsewhere' }, 'cem');
    const waiting = await acme.store.proposals.get(proposal.id);
    expect(waiting).toMatchObject({
      state: 'open',
      edition: 2,
      config: { settings: { channel: '#elsewhere', quorum: 2 } },
    });
    expect(await acme.decide(proposal.id, 'agree', 'bea', shownOf(proposal))).toMatchObject({ result: 'applied' });
    expect((await acme.present()).settings).toMatchObject({ quorum: 2, channel: '#elsewhere' });
  });

  it('makes it outdated where they do, and says so', async () => {
    const acme = await open();
    const [one, two] = [
      await acme.proposed({ approvalExpiry: '2 days' }),
      await acme.proposed({ approvalExpiry: '9 days' }, 'cem'),
    ];
    expect(await acme.decide(two.id, 'agree', 'bea')).toMatchObject({ result: 'applied' });
    expect(await acme.store.proposals.get(one.id)).toMatchObject({
      state: 'outdated',
      reason: 'changed meanwhile by somebody else: settings.approvalExpiry',
    });
    const late = await acme.decide(one.id, 'agree', 'bea');
    expect(late.text).toBe(
      'This change is outdated already: changed meanwhile by somebody else: settings.approvalExpiry.',
    );
    expect((await acme.present()).settings.approvalExpiry).toBe('9 days');
  });

  it('makes it outdated where it no longer fits', async () => {
    const acme = await open();
    const config = await acme.present();
    const roles = [...config.roles, { name: 'Board', apps: [], members: [] }];
    const mappings = [
      ...config.mappings,
      { name: 'B', match: 'all' as const, conditions: [], roles: ['Extra'], set: [] },
    ];
    const extra = { name: 'Extra', apps: [], members: [] };
    await acme.engine.configure(Config.parse({ ...config, roles: [...config.roles, extra] }), await acme.as('cem'));
    const base = await acme.present();
    const next = Config.parse({ ...base, mappings, settings: { ...base.settings, quorum: 2 } });
    const outcome = await acme.engine.configure(next, await acme.as('ada'));
    const id = 'proposal' in outcome ? outcome.proposal.id : '';
    await acme.engine.configure(Config.parse({ ...base, roles }), await acme.as('cem'));
    expect((await acme.store.proposals.get(id))?.reason).toContain('it does not fit the present configuration');
  });
});

describe('a crash between agreement and change', () => {
  it('is made good by the next sweep, once', async () => {
    const acme = await open();
    const { id } = await acme.proposed({ quorum: 2 });
    const { replace } = acme.store.config;
    acme.store.config.replace = async () => {
      throw new Error('the process died');
    };
    const actor = await acme.as('bea');
    const lost = acme.engine.useCases.decideProposal({ id, decision: 'agree', shown: null, reason: null, actor });
    await expect(lost).rejects.toThrow('the process died');
    acme.store.config.replace = replace;
    expect(await acme.decide(id, 'reject', 'cem')).toMatchObject({ text: 'bea has agreed already.' });
    for (let time = 0; time < 2; time += 1) {
      const sweeping = acme.engine.alarms.approvals();
      await acme.time.advance(1_000);
      await sweeping;
    }
    expect((await acme.present()).settings.quorum).toBe(2);
    expect(await acme.store.proposals.get(id)).toMatchObject({ state: 'applied', decidedBy: { name: 'bea' } });
    expect(await acme.events('config.changed')).toHaveLength(2);
  });
});
