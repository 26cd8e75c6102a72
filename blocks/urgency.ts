import type { LoginView } from './view.ts';

/** Status words that call for somebody, the most urgent first. */
export const urgent: readonly string[] = ['failed', 'held', 'needs match', 'missing', 'pending approval', 'to do'];

const order = [...urgent, 'rejected', 'provisioning', 'modifying', 'suspending', 'deleting'];
const rank = (word: string): number => (order.includes(word) ? order.indexOf(word) : order.length);

/** What needs somebody stands first, the rest as it was. */
export const byUrgency = (a: Pick<LoginView, 'word'>, b: Pick<LoginView, 'word'>): number =>
  rank(a.word) - rank(b.word);
