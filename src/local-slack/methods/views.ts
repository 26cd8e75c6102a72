import type { KnownBlock, View } from '@slack/types';
import type { ViewsOpenResponse, ViewsPublishResponse, ViewsPushResponse, ViewsUpdateResponse } from '@slack/web-api';
import { z } from 'zod';
import { checkView } from '../block-kit/check.ts';
import { withIds } from '../block-kit/parts.ts';
import type { Context } from '../context.ts';
import { invalidArguments, SlackRefusal } from '../errors.ts';
import { randomId, randomSecret } from '../ids.ts';
import type { OpenView } from '../model.ts';
import { viewOutput } from '../payloads.ts';
import { present } from '../present.ts';
import { type Method, method, type Reply, structured } from './method.ts';

const mostViews = 3;
const mostBytes = 250_000;

/** A checked view of one kind with every id filled in. Throws `invalid_arguments`, `view_too_large`, `duplicate_external_id`. */
export const readView = (context: Context, input: unknown, kind: 'modal' | 'home', replacing?: string): View => {
  const checked = checkView(input);
  if (!checked.ok) throw invalidArguments(...checked.problems);
  const view = checked.value;
  if (view.type !== kind) throw invalidArguments(`unsupported type: ${view.type} [json-pointer:/view/type]`);
  if (Buffer.byteLength(JSON.stringify(view)) > mostBytes) throw new SlackRefusal('view_too_large');
  const twin = view.external_id ? findByExternalId(context, view.external_id) : undefined;
  if (twin && twin.id !== replacing) throw new SlackRefusal('duplicate_external_id');
  return { ...view, blocks: withIds(view.blocks as KnownBlock[]) };
};

const allViews = (context: Context): OpenView[] => [
  ...[...context.members.keys()].flatMap((user) => context.session.stack(user)),
  ...context.store.data.homes.values(),
];

const findByExternalId = (context: Context, externalId: string): OpenView | undefined =>
  allViews(context).find((open) => open.view.external_id === externalId);

const newHash = (context: Context): string => `${Math.floor(context.clock.now() / 1000)}.${randomSecret(4)}`;

/** Puts a modal on top of a person's stack, or alone on it. Throws `push_limit_reached`. */
export const showModal = (context: Context, user: string, view: View, below: readonly OpenView[]): OpenView => {
  if (below.length >= mostViews) throw new SlackRefusal('push_limit_reached');
  const id = randomId('V');
  const open: OpenView = present({
    id,
    kind: 'modal' as const,
    user,
    view,
    hash: newHash(context),
    previous: below.at(-1)?.id,
    root: below[0]?.id ?? id,
  });
  context.session.setStack(user, [...below, open]);
  context.store.notify({ user });
  return open;
};

/** Replaces what a modal shows; fields with the same ids keep what was typed. */
export const replaceModal = (context: Context, open: OpenView, view: View): OpenView => {
  const { errors: _, ...rest } = open;
  const next: OpenView = { ...rest, view, hash: newHash(context) };
  context.session.replaceModal(next);
  context.store.notify({ user: open.user });
  return next;
};

const viewReply = (context: Context, open: OpenView) => ({ view: viewOutput(context, open) });

const triggered = {
  trigger_id: z.string().optional(),
  interactivity_pointer: z.string().optional(),
  view: structured,
};

const open = method({
  tier: 4,
  arguments: triggered,
  run(context, args): Reply<ViewsOpenResponse> {
    const view = readView(context, args.view, 'modal');
    const { user } = context.triggers.exchange(args.trigger_id ?? args.interactivity_pointer);
    return viewReply(context, showModal(context, user, view, []));
  },
});

const push = method({
  tier: 4,
  arguments: triggered,
  run(context, args): Reply<ViewsPushResponse> {
    const view = readView(context, args.view, 'modal');
    const trigger = context.triggers.exchange(args.trigger_id ?? args.interactivity_pointer);
    const stack = context.session.stack(trigger.user);
    if (trigger.view === undefined || !stack.some((each) => each.id === trigger.view))
      throw new SlackRefusal('not_found');
    return viewReply(context, showModal(context, trigger.user, view, stack)) as Reply<ViewsPushResponse>;
  },
});

const update = method({
  tier: 4,
  arguments: {
    view_id: z.string().optional(),
    external_id: z.string().optional(),
    hash: z.string().optional(),
    view: structured,
  },
  run(context, args): Reply<ViewsUpdateResponse> {
    const { view_id, external_id, hash } = args;
    if (view_id === undefined && external_id === undefined) throw invalidArguments('missing required field: view_id');
    const current = view_id ? context.session.modal(view_id) : findByExternalId(context, external_id ?? '');
    if (!current) throw new SlackRefusal('not_found');
    if (hash !== undefined && hash !== current.hash) throw new SlackRefusal('hash_conflict');
    const view = readView(context, args.view, current.kind, current.id);
    if (current.kind === 'home')
      return viewReply(context, publishHome(context, current.user, view)) as Reply<ViewsUpdateResponse>;
    return viewReply(context, replaceModal(context, current, view)) as Reply<ViewsUpdateResponse>;
  },
});

const publishHome = (context: Context, user: string, view: View): OpenView => {
  const id = context.store.data.homes.get(user)?.id ?? randomId('V');
  const home: OpenView = { id, kind: 'home', user, view, hash: newHash(context), root: id };
  context.store.commit({ type: 'home', view: home });
  return home;
};

const publish = method({
  tier: 4,
  arguments: {
    user_id: z.string(),
    hash: z.string().optional(),
    interactivity_pointer: z.string().optional(),
    view: structured,
  },
  run(context, args): Reply<ViewsPublishResponse> {
    if (!context.app.homeTab) throw new SlackRefusal('not_enabled');
    const member = context.members.get(args.user_id);
    if (!member || member.bot) throw invalidArguments('invalid `user_id`');
    const current = context.store.data.homes.get(member.id);
    const view = readView(context, args.view, 'home', current?.id);
    if (args.hash !== undefined && args.hash !== current?.hash) throw new SlackRefusal('hash_conflict');
    return viewReply(context, publishHome(context, member.id, view)) as Reply<ViewsPublishResponse>;
  },
});

export const views: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
