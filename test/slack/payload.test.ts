import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { actionIds, callbackIds, cardValue, idsValue } from '../../blocks/ids.ts';
import { decides, type Envelope, readEnvelope } from '../../src/slack/envelope.ts';
import { readRejection } from '../../src/slack/form-payload.ts';
import { inboxKey } from '../../src/slack/inbox-key.ts';
import { LoginIds, readCardPress, readIdsPress, readPagePress } from '../../src/slack/payload.ts';

/** Made once, outside the tests: making it takes seconds on a busy machine. */
const anything = fc.string({ unit: 'binary', maxLength: 40 });

const press = (
  value: string,
  container: object = { type: 'message', channel_id: 'C1', message_ts: '1.1' },
  view?: object,
) => ({
  type: 'block_actions',
  user: { id: 'U1' },
  container,
  view,
  actions: [{ action_id: actionIds.approve, value }],
});

describe('a card’s button', () => {
  it('gives back the approval and the edition it was made of, whatever the id', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w:.-]{1,80}$/), fc.nat(999_999), (id, edition) => {
        expect(readCardPress(press(cardValue({ id, edition })))).toMatchObject({ approval: id, edition });
      }),
    );
  });

  it('knows where it stood', () => {
    expect(readCardPress(press('a:1')).where).toEqual({ kind: 'card', channel: 'C1', ts: '1.1' });
    const whispered = { type: 'message', channel_id: 'C1', message_ts: '1.1', is_ephemeral: true };
    expect(readCardPress(press('a:1', whispered)).where).toEqual({ kind: 'list', channel: 'C1' });
    expect(readCardPress(press('a:1', { type: 'view' }, { id: 'V1', type: 'home' })).where).toEqual({ kind: 'home' });
  });

  it('is refused when it carries anything else', () => {
    fc.assert(
      fc.property(anything, (value) => {
        fc.pre(!/:\d{1,9}$/.test(value));
        expect(() => readCardPress(press(value))).toThrow();
      }),
    );
    expect(() => readCardPress({})).toThrow();
    expect(() => readCardPress({ ...press('a:1'), actions: [] })).toThrow();
  });
});

describe('the page buttons and the reject modal', () => {
  it('carry ids and a page', () => {
    const body = press(
      '3',
      { type: 'view' },
      { id: 'V1', hash: 'h', type: 'modal', private_metadata: '{"approval":"a-1","page":2}' },
    );
    expect(readPagePress(body)).toEqual({ user: 'U1', view: 'V1', hash: 'h', approval: 'a-1', page: 3 });
    expect(() =>
      readPagePress(press('-1', { type: 'view' }, { id: 'V1', type: 'modal', private_metadata: '{"approval":"a"}' })),
    ).toThrow();
    expect(() =>
      readPagePress(press('1', { type: 'view' }, { id: 'V1', type: 'modal', private_metadata: '' })),
    ).toThrow();
  });

  it('give back what was asked about, and the reason if there is one', () => {
    const metadata = { approval: 'a-1', edition: 2, where: { kind: 'card', channel: 'C1', ts: '1.1' } };
    const submitted = (value: unknown) => ({
      user: { id: 'U1' },
      view: { private_metadata: JSON.stringify(metadata), state: { values: { reason: { reason: { value } } } } },
    });
    expect(readRejection(submitted(' too early '))).toEqual({ ...metadata, user: 'U1', reason: 'too early' });
    expect(readRejection(submitted(null)).reason).toBeNull();
    expect(readRejection(submitted('  ')).reason).toBeNull();
    expect(() =>
      readRejection({ ...submitted(''), view: { private_metadata: '{}', state: { values: {} } } }),
    ).toThrow();
  });
});

describe('a button that carries ids', () => {
  it('gives them back, whatever they are, and refuses anything else', () => {
    const ids = fc.record({ person: fc.string({ minLength: 1 }), app: fc.string({ minLength: 1 }) });
    fc.assert(
      fc.property(ids, (given) => {
        expect(readIdsPress(press(idsValue(given)), LoginIds).ids).toEqual(given);
      }),
      { numRuns: 300 },
    );
    const wrong = ['', '{', 'null', '[]', '{"person":"p"}', '{"person":"p","app":1}', '{"person":"p","app":"","x":1}'];
    for (const value of wrong) expect(() => readIdsPress(press(value), LoginIds)).toThrow(ZodError);
  });

  it('knows whether it stood in a message', () => {
    const value = idsValue({ person: 'p', app: 'crm' });
    expect(readIdsPress(press(value), LoginIds)).toMatchObject({ inMessage: true, channel: 'C1' });
    const inHome = press(value, { type: 'view' }, { id: 'V1', type: 'home' });
    expect(readIdsPress(inHome, LoginIds)).toMatchObject({ inMessage: false, channel: null });
  });
});

const envelope = (body: object): Envelope => readEnvelope(body) as Envelope;

describe('the inbox key', () => {
  const acted = {
    type: 'block_actions',
    team: { id: 'T1' },
    user: { id: 'U1' },
    container: { message_ts: '1.1' },
    actions: [{ action_id: 'a', action_ts: '5.5' }],
  };

  it('is the same for the same thing, delivered again', () => {
    expect(inboxKey(envelope({ ...acted, trigger_id: '1' }))).toBe(inboxKey(envelope({ ...acted, trigger_id: '2' })));
    expect(inboxKey(envelope({ type: 'event_callback', event_id: 'Ev1' }))).toBe('event:Ev1');
  });

  it('differs in whatever makes two presses two', () => {
    const others = [
      { ...acted, team: { id: 'T2' } },
      { ...acted, user: { id: 'U2' } },
      { ...acted, container: { message_ts: '1.2' } },
      { ...acted, actions: [{ action_id: 'b', action_ts: '5.5' }] },
      { ...acted, actions: [{ action_id: 'a', action_ts: '5.6' }] },
    ];
    const keys = [acted, ...others].map((body) => inboxKey(envelope(body)));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tells commands, shortcuts and submissions by their trigger', () => {
    const command = { command: '/provision', text: 'sync', team_id: 'T1' };
    expect(inboxKey(envelope({ ...command, trigger_id: '1' }))).not.toBe(
      inboxKey(envelope({ ...command, trigger_id: '2' })),
    );
    const submission = { type: 'view_submission', team: { id: 'T1' }, user: { id: 'U1' }, view: { id: 'V1' } };
    expect(inboxKey(envelope({ ...submission, trigger_id: '1' }))).not.toBe(
      inboxKey(envelope({ ...submission, trigger_id: '2' })),
    );
  });

  it.each(['shortcut', 'message_action'])('knows a %s that comes twice, and two of them apart', (type) => {
    const keyOf = (trigger_id: string) => inboxKey(envelope({ type, team: { id: 'T1' }, trigger_id }));
    expect(keyOf('1')).toMatch(/^shortcut:/);
    expect(keyOf('1')).toBe(keyOf('1'));
    expect(keyOf('1')).not.toBe(keyOf('2'));
  });

  it('is none for what is not kept', () => {
    expect(inboxKey(envelope({ type: 'view_closed', view: { id: 'V1' } }))).toBeNull();
    expect(inboxKey(envelope({ type: 'block_suggestion' }))).toBeNull();
  });
});

describe('what decides', () => {
  it('is approving, and giving a reason; opening the modal is not', () => {
    const acted = (action_id: string) => envelope({ type: 'block_actions', actions: [{ action_id }] });
    expect(decides(acted(actionIds.approve))).toBe(true);
    expect(decides(acted(actionIds.reject))).toBe(false);
    expect(decides(acted(actionIds.details))).toBe(false);
    expect(decides(acted(actionIds.undo))).toBe(true);
    expect(decides(acted(actionIds.explain))).toBe(false);
    expect(
      decides(envelope({ type: 'view_submission', view: { id: 'V', callback_id: callbackIds.rejectReason } })),
    ).toBe(true);
  });
});
