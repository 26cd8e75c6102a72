import type { Deps } from '../ports.ts';
import type { World } from '../world.ts';

const day = 86_400_000;

/**
 * Nobody may decide about some people of an app, so nothing is asked yet: its people wait, and the admins hear of it once a day.
 * They may be those concerned themselves; they can name somebody else.
 */
export async function tellUndecided(
  { store, log, bell }: Pick<Deps, 'store' | 'log' | 'bell'>,
  { admins, now, apps }: Pick<World, 'admins' | 'now' | 'apps'>,
  app: string,
): Promise<void> {
  log.warn({ app }, 'nobody may decide about some people: they are asked once somebody can');
  const title = apps.get(app)?.app.title ?? app;
  const body = `Nobody may decide about some people in ${title}, so nothing is asked about them: nobody decides about themselves or what they asked for.\nName another approver, owner or admin, who is asked then.`;
  for (const { id: to } of admins.filter(({ status }) => status === 'active')) {
    const id = `undecided:${app}:${Math.floor(now / day)}:${to}`;
    if ((await store.outbox.get(id)) === null)
      await store.outbox.want({ id, kind: 'notice', subject: app, to, body }, now);
  }
  bell.ring('outbox');
}
