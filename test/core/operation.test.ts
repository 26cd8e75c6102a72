import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/core/errors.ts';
import { operationHash } from '../../src/core/hash.ts';
import type { Operation, OperationState } from '../../src/core/model.ts';
import { advance, allows, isFinal, isOpen, type Trigger, transitions } from '../../src/core/operation.ts';
import * as any from './arbitraries.ts';
import { noon, operation, robot } from './samples.ts';

/** The states of an operation, written out again (`handed`: made by hand, docs/adr): the table in the code must say the same. */
const design = `
planned: ask awaiting, waive approved, hold held, supersede superseded
awaiting: approve approved, reject rejected, expire rejected, supersede superseded
held: release planned, reject rejected, supersede superseded
approved: start applying, hand handed, hold held, supersede superseded
applying: succeed applied, retry approved, fail failed, hold held
handed: succeed applied, fail failed, supersede superseded
failed: retry approved, supersede superseded
applied:
rejected:
superseded:`;

const states = Object.keys(transitions) as OperationState[];
const triggers: Trigger[] = [
  'ask',
  'waive',
  'hold',
  'release',
  'approve',
  'reject',
  'expire',
  'start',
  'hand',
  'succeed',
  'retry',
  'fail',
  'supersede',
];

it('the table is the design’s', () => {
  const lines = states.map((state) => {
    const cells = triggers.flatMap((trigger) =>
      allows(state, trigger)
        ? [`${trigger} ${advance(operation({ state }), trigger, robot, noon).operation.state}`]
        : [],
    );
    return [state, cells.sort()];
  });
  const wanted = design
    .trim()
    .split('\n')
    .map((line) => {
      const [state = '', cells = ''] = line.split(':');
      return [
        state,
        cells
          .split(',')
          .map((cell) => cell.trim())
          .filter(Boolean)
          .sort(),
      ];
    });
  expect(Object.fromEntries(lines)).toEqual(Object.fromEntries(wanted));
});

describe('advancing', () => {
  it('is refused as a bug where the table has no cell, and changes nothing', () => {
    for (const state of states) {
      for (const trigger of triggers.filter((trigger) => !allows(state, trigger))) {
        const before = Object.freeze(operation({ state }));
        const error = catching(() => advance(before, trigger, robot, noon));
        expect(error).toMatchObject({ code: 'operation-transition', next: 'crash' });
        expect(error.message).toContain(`is ${state}: it cannot ${trigger}`);
      }
    }
  });

  it('takes the change along and tells it in an event', () => {
    const asked = operation({ state: 'planned', remoteId: 'r-1' });
    const { operation: next, event } = advance(
      asked,
      'ask',
      robot,
      noon + 5,
      { ask: { approval: 'a-1', hash: asked.hash } },
      'by policy',
    );
    expect(next).toEqual({
      ...asked,
      state: 'awaiting',
      changedAt: noon + 5,
      steps: 1,
      ask: { approval: 'a-1', hash: asked.hash },
    });
    expect(event).toMatchObject({
      ...{ type: 'operation.ask', message: 'create asked for approval: by policy', at: noon + 5, actor: robot },
      ...{ person: 'p-zoe', app: 'crm', operation: 'o-1', approval: 'a-1', kind: 'create', after: asked.after },
    });
  });

  it('starts as planned, bound to its hash', () => {
    const made = operation();
    expect(made).toMatchObject({ state: 'planned', ask: null, trouble: null, decidedBy: [], createdAt: noon });
    expect(made.hash).toBe(operationHash(made));
  });
});

describe('for every walk through the table', () => {
  const walk = fc.array(fc.constantFrom(...triggers), { maxLength: 30 });

  it(
    'only cells are followed, final states are left by nothing, the change itself stays, events of one moment are unique',
    () => {
      fc.assert(
        fc.property(walk, (steps) => {
          let one: Operation = operation();
          const ids: string[] = [];
          for (const trigger of steps) {
            if (!allows(one.state, trigger)) continue;
            expect(isFinal(one.state)).toBe(false);
            const next = advance(one, trigger, robot, noon);
            ids.push(next.event.id);
            one = next.operation;
          }
          expect(new Set(ids).size).toBe(ids.length);
          expect(operationHash(one)).toBe(operation().hash);
          expect(isOpen(one)).toBe(!['applied', 'rejected', 'superseded'].includes(one.state));
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'nothing is applied that was not approved or waived',
    () => {
      fc.assert(
        fc.property(walk, (steps) => {
          let one = operation();
          let consent = false;
          for (const trigger of steps) {
            if (!allows(one.state, trigger)) continue;
            one = advance(one, trigger, robot, noon).operation;
            consent ||= trigger === 'approve' || trigger === 'waive';
            if (one.state === 'applying' || one.state === 'applied') expect(consent).toBe(true);
          }
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it('a replay of the same step gives the same event', () => {
    expect(advance(operation(), 'ask', robot, noon).event).toEqual(advance(operation(), 'ask', robot, noon).event);
  });
});

it('no operation is not open', () => {
  expect(isOpen(null)).toBe(false);
});

function catching(act: () => unknown): RollcallError {
  try {
    act();
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
