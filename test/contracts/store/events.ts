import { describe, expect, it } from 'vitest';
import { chain, chainStart } from '../../../src/core/event.ts';
import type { EventStore } from '../../../src/engine/store-ports.ts';
import { anEvent, chained, idsOf } from './builders.ts';

export function testEvents(events: () => EventStore): void {
  describe('events', () => {
    const three = () => chained('crm:0', [anEvent('e-1'), anEvent('e-2'), anEvent('e-3')]);

    it('appends to a chain and gives it back in order', async () => {
      expect(await events().head('crm:0')).toEqual({ sequence: 0, hash: chainStart });
      await events().append(three());
      await events().append([]);
      expect(await events().head('crm:0')).toEqual({ sequence: 3, hash: three()[2]?.hash });
      expect(await events().chain('crm:0', 0, 10)).toStrictEqual(three());
      expect(idsOf(await events().chain('crm:0', 1, 1))).toEqual(['e-2']);
      expect(await events().chain('other:0', 0, 10)).toEqual([]);
    });

    it('puts what is left of an erased event in its place, and only there', async () => {
      await events().append(three());
      const [first, second, third] = three();
      if (first === undefined || second === undefined || third === undefined) throw new Error('three events');
      const left = { ...second, message: '[erased]', reasons: [], erased: true as const };
      const foreign = { before: { ...third, hash: first.hash }, left: { ...third, message: 'forged' } };
      const nowhere = { before: { ...second, id: 'e-9' }, left: { ...left, id: 'e-9' } };
      expect(await events().erase([{ before: second, left }, foreign, nowhere])).toEqual(new Set([second.id]));
      expect(await events().erase([{ before: second, left }])).toEqual(new Set([second.id]));
      expect(await events().erase([])).toEqual(new Set());
      expect(await events().chain('crm:0', 0, 10)).toStrictEqual([first, left, third]);
      expect(await events().head('crm:0')).toEqual({ sequence: 3, hash: third.hash });
    });

    it('puts nothing back that was taken out since an event was read', async () => {
      const named = (name: string) => ({ kind: 'person' as const, person: 'p-1', name, via: 'slack' as const });
      const before = { active: true, attributes: { 'e.mail': 'zoe@acme.test' }, entitlements: {} };
      const event = anEvent('e-1', { actor: named('Zoe'), message: 'for Max', before, reasons: [] });
      const read = chain(event, 'company', { sequence: 0, hash: chainStart }, 'salt');
      await events().append([read]);
      const { salt: _, ...kept } = read;
      const one = { ...kept, actor: named('[erased]'), erased: true as const };
      const other = { ...kept, message: 'for [erased]', erased: true as const };
      const both = { ...one, message: other.message, before: null };
      expect(await events().erase([{ before: read, left: one }])).toEqual(new Set(['e-1']));
      expect(await events().erase([{ before: read, left: other }])).toEqual(new Set());
      expect(await events().chain('company', 0, 9)).toStrictEqual([one]);
      expect(await events().erase([{ before: one, left: both }])).toEqual(new Set(['e-1']));
      expect(await events().chain('company', 0, 9)).toStrictEqual([both]);
    });

    it('keeps anchors, records of erasures and salts as they are', async () => {
      const heads = [{ partition: 'crm:0', sequence: 3, hash: 'ab' }];
      const anchor = { events: 3, heads, digest: 'cd', previous: 'ef' };
      const erasure = { places: [{ partition: 'crm:0', sequence: 1, rest: 'ab' }] };
      const first = chain(anEvent('e-1', { anchor }), 'company', { sequence: 0, hash: chainStart }, 'salt');
      const second = chain(anEvent('e-2', { erasure }), 'company', first, 'pepper');
      await events().append([first, second]);
      expect(await events().chain('company', 0, 9)).toStrictEqual([first, second]);
    });

    it('knows what is stored, and the partitions', async () => {
      await events().append(three());
      await events().append(chained('company', [anEvent('e-4')]));
      expect(await events().known(['e-1', 'e-4', 'e-9'])).toEqual(new Set(['e-1', 'e-4']));
      expect(await events().known([])).toEqual(new Set());
      expect(await events().partitions()).toEqual(['company', 'crm:0']);
    });

    it('refuses a taken place in the chain or a known id, and keeps what came before it', async () => {
      await events().append(three());
      const rival = chained('crm:0', [anEvent('x-1'), anEvent('x-2'), anEvent('x-3'), anEvent('x-4')]);
      const race = { code: 'chain-race', next: 'retry' };
      await expect(events().append(rival)).rejects.toMatchObject(race);
      const [, , third] = three();
      const fourth = chain(anEvent('e-4'), 'crm:0', third ?? { sequence: 0, hash: '' });
      const again = chain(anEvent('e-1'), 'crm:0', fourth);
      await expect(events().append([fourth, again, chain(anEvent('e-6'), 'crm:0', again)])).rejects.toMatchObject(race);
      expect(idsOf(await events().chain('crm:0', 0, 10))).toEqual(['e-1', 'e-2', 'e-3', 'e-4']);
    });

    it('lets one of many publishers win each place', async () => {
      const publish = async (writer: number): Promise<boolean> => {
        const head = await events().head('crm:0');
        return events()
          .append([chain(anEvent(`e-${writer}`), 'crm:0', head)])
          .then(
            () => true,
            () => publish(writer),
          );
      };
      await Promise.all(Array.from({ length: 12 }, (_, writer) => publish(writer)));
      const links = await events().chain('crm:0', 0, 100);
      expect(links.map(({ sequence }) => sequence)).toEqual(links.map((_, index) => index + 1));
      for (const [index, link] of links.entries()) expect(link.previous).toBe(links[index - 1]?.hash ?? chainStart);
      expect(links).toHaveLength(12);
    });

    it('lists by any filter, the newest first, page by page', async () => {
      await events().append(
        chained('crm:0', [
          anEvent('e-1', { at: 1, person: 'p-1', app: 'crm', status: 'failed', operation: 'o-1' }),
          anEvent('e-2', { at: 5, person: 'p-1', app: 'crm', approval: 'a-1' }),
          anEvent('e-3', { at: 5, person: 'p-2', app: 'crm', status: 'failed' }),
          anEvent('e-4', { at: 5, person: 'p-1', app: 'crm', operation: 'o-1' }),
          anEvent('e-5', { at: 3, person: 'p-1', app: 'erp', status: 'failed' }),
        ]),
      );
      const list = async (...parameters: Parameters<EventStore['list']>) => idsOf(await events().list(...parameters));
      expect(await list({}, null, 10)).toEqual(['e-4', 'e-3', 'e-2', 'e-5', 'e-1']);
      expect(await list({}, { at: 5, id: 'e-3' }, 2)).toEqual(['e-2', 'e-5']);
      expect(await list({ person: 'p-1' }, null, 2)).toEqual(['e-4', 'e-2']);
      expect(await list({ person: 'p-1', app: 'crm' }, { at: 5, id: 'e-2' }, 9)).toEqual(['e-1']);
      expect(await list({ status: 'failed' }, null, 9)).toEqual(['e-3', 'e-5', 'e-1']);
      expect(await list({ approval: 'a-1' }, null, 9)).toEqual(['e-2']);
      expect(await list({ operation: 'o-1' }, null, 9)).toEqual(['e-4', 'e-1']);
      expect(await list({ since: 3 }, { at: 5, id: 'e-2' }, 9)).toEqual(['e-5']);
      expect(await list({ since: 4, status: 'failed' }, null, 9)).toEqual(['e-3']);
    });
  });
}
