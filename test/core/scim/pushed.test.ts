import { describe, expect, it } from 'vitest';
import { changed, gone, newPushed, type Pushed, treeOf } from '../../../src/core/scim/pushed.ts';

const people = (count: number) => Array.from({ length: count }, (_, n) => ({ value: `user-${n}` }));
const groupOf = (count: number, at = 0): Pushed =>
  newPushed({ id: 'g', directory: 'hr', kind: 'Group' }, { displayName: 'Staff', members: people(count) }, at);

describe('a group that was pushed', () => {
  it('remembers who came and who left', () => {
    const after = changed(groupOf(3), { displayName: 'Staff', members: [{ value: 'user-1' }, { value: 'user-9' }] }, 7);
    expect(after?.moves).toEqual([
      { id: 'user-0', at: 7 },
      { id: 'user-2', at: 7 },
      { id: 'user-9', at: 7 },
    ]);
    expect(after).toMatchObject({ version: 1, movesSince: 0, renamedAt: 0, changedAt: 7 });
  });

  it('says from when on it knows, once it remembers no more', () => {
    const many = changed(groupOf(0), { displayName: 'Staff', members: people(30_000) }, 7);
    expect(many).toMatchObject({ moves: [], movesSince: 7 });
    const day = 86_400_000;
    const early = changed(groupOf(3), { displayName: 'Staff', members: people(2) }, day);
    const late = early === null ? null : changed(early, { displayName: 'Staff', members: people(1) }, 10 * day);
    expect(late).toMatchObject({ movesSince: 10 * day, moves: [{ id: 'user-1', at: 10 * day }] });
    expect(gone(groupOf(30_000), 9)).toMatchObject({ movesSince: 9, members: [], resource: {} });
  });

  it('is not changed by the same in another order', () => {
    const group = groupOf(3);
    expect(changed(group, { members: people(3), displayName: 'Staff' }, 7)).toBeNull();
    expect(changed(group, treeOf(group), 7)).toBeNull();
  });
});
