import type { Approval } from '../../core/approval-model.ts';
import type { Config } from '../../core/config.ts';
import { appsOfGrant, grantWord } from '../../core/grant.ts';
import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Grant, Person } from '../../core/model.ts';
import { ended } from '../../core/text.ts';
import type { Deps } from '../ports.ts';
import type { Subscriber } from '../publisher.ts';

type AccessDeps = Pick<Deps, 'store' | 'clock' | 'bell'>;

/** What may have answered a request for access, or ended what it gave. */
const answers = new Set(['operation.succeed', 'operation.reject', 'operation.expire']);

/**
 * Tells whoever asked for access what became of it: that they have it, that it was refused and why, or that its last day is over. Each
 * is told once, however often it is heard of.
 */
export function accessSubscriber(deps: AccessDeps): Subscriber {
  return async (events) => {
    const about = events.filter(({ type }) => answers.has(type));
    const people = [...new Set(about.flatMap(({ person }) => person ?? []))];
    const asked = (await deps.store.people.many(people)).filter(({ grants = [] }) => grants.length > 0);
    const stored = asked.length === 0 ? null : await deps.store.config.read();
    if (stored === null) return;
    for (const person of asked) {
      const apps = new Set(about.flatMap((event) => (event.person === person.id ? (event.app ?? []) : [])));
      for (const app of apps) await tellOf(deps, person, app, stored.config);
    }
  };
}

async function tellOf(deps: AccessDeps, person: Person, app: string, config: Config): Promise<void> {
  const { store, clock } = deps;
  const login = await store.logins.get(loginId(person.id, app));
  const approval = await store.approvals.get(login?.operation?.ask?.approval ?? '');
  const title = config.apps.find(({ name }) => name === app)?.title ?? app;
  for (const grant of (person.grants ?? []).filter((one) => appsOfGrant(one, config).includes(app))) {
    const word = grantWord(person, grant, login, config, clock.now());
    const body = textOf({ word, grant, login, approval, title });
    const id = `access:${grant.id}:${app}:${word}`;
    if (body === null || (await store.outbox.get(id)) !== null) continue;
    await store.outbox.want({ id, kind: 'notice', subject: person.id, to: person.id, body }, clock.now());
    deps.bell.ring('outbox');
  }
}

type About = {
  word: ReturnType<typeof grantWord>;
  grant: Grant;
  login: Login | null;
  approval: Approval | null;
  title: string;
};

/** Null: there is nothing to tell, or not yet. */
function textOf({ word, grant, login, approval, title }: About): string | null {
  const active = login?.account === 'active';
  // Whoever made it by hand has not agreed to it.
  const by = approval?.decidedBy?.kind === 'person' && !approval.task ? ` by ${approval.decidedBy.name}` : '';
  if (word === 'given' && active)
    return `You have ${title} now${untilText(grant)}: what you asked for was approved${by}.`;
  if (word === 'refused') return refusedText(title, approval, by);
  const wasGiven = login?.consents?.[grant.id] === 'given';
  if (word !== 'over' || !wasGiven || active) return null;
  return `Your access to ${title} has ended: you asked for it until ${grant.until}. ${again}`;
}

const again = 'Ask again with `/provision request` if you still need it.';
const untilText = ({ until }: Grant): string => (until === null ? '' : `, until ${until}`);

function refusedText(title: string, approval: Approval | null, by: string): string {
  if (approval?.state === 'expired') return `Nobody decided in time about your request for ${title}. ${again}`;
  const why = approval?.reason ? `: ${ended(approval.reason)}` : '.';
  return `Your request for ${title} was rejected${by}${why}`;
}
