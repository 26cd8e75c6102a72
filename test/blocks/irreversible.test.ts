import { describe, expect, it } from 'vitest';
import { approvalCard } from '../../blocks/approval-card.ts';
import type { OperationKind } from '../../src/core/model.ts';
import { irreversibleText } from '../../src/core/undo.ts';
import { approval, approvalView, batch, login, loginView, operation, withOperation } from './samples.ts';

const says = (card: ReturnType<typeof approvalCard>) => JSON.stringify(card.blocks);
const several = (...kinds: OperationKind[]) =>
  approvalView({
    approval: approval({ app: null, operationKind: null, operations: kinds.length }),
    total: kinds.length,
    logins: kinds.map((kind) => loginView({ login: login({ operation: operation({ kind }) }) })),
  });

describe('a card that is still to be decided', () => {
  it('says that a deletion cannot be undone: alone, among several apps, and in a batch', () => {
    for (const view of [
      withOperation({ kind: 'delete', after: null }),
      several('delete', 'suspend'),
      batch(9, 'delete'),
    ])
      expect(says(approvalCard(view))).toContain(irreversibleText);
  });

  it('says it of what a mixed request may delete, shown or not', () => {
    const mixed = batch(9, 'suspend', { kind: 'threshold', operationKind: null });
    expect(says(approvalCard(mixed))).toContain('Any deletion among them cannot be undone.');
  });

  it('says nothing of the kind about what can be undone', () => {
    for (const view of [withOperation({ kind: 'suspend' }), several('create', 'update'), batch(9, 'suspend')])
      expect(says(approvalCard(view))).not.toContain('cannot be undone');
  });
});
