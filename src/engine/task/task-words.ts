import type { Approval } from '../../core/approval-model.ts';

/** What people are told about tasks, where approvals have words of their own. */

export const ownTask = 'Nobody says of their own account that a task is done: somebody else has to.';

export const whyNeeded = ({ id }: Pick<Approval, 'id'>): string =>
  `Say why it cannot be done: \`/provision cannot ${id} the licence is used up\`.`;

/** What the answer came to; null: it is no task, and nothing of it becomes one. */
export function taskTold({ task, byHand, state }: Pick<Approval, 'task' | 'byHand' | 'state'>): string | null {
  if (task)
    return state === 'approved'
      ? 'Thank you: noted as done.'
      : 'Noted: it counts as failed, for the reason you gave, until somebody asks anew.';
  return byHand && state === 'approved'
    ? 'Approved. What is made by hand becomes a task for whoever keeps the app.'
    : null;
}

/** How a request ended, in a word. */
export function closedWord({ task, state }: Pick<Approval, 'task' | 'state'>): string {
  if (!task) return state;
  return { approved: 'done', rejected: 'given back' }[state as string] ?? state;
}
