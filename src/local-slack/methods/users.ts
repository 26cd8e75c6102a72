import type {
  UsersInfoResponse,
  UsersListResponse,
  UsersLookupByEmailResponse,
  UsersProfileGetResponse,
} from '@slack/web-api';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { SlackRefusal } from '../errors.ts';
import type { Member } from '../model.ts';
import { present } from '../present.ts';
import { flag, type Method, method, page, paging, type Reply } from './method.ts';

type User = NonNullable<UsersInfoResponse['user']>;

const profileOf = (context: Context, member: Member) => {
  const [first, ...rest] = member.realName.split(' ');
  return present({
    real_name: member.realName,
    real_name_normalized: member.realName,
    display_name: member.name,
    display_name_normalized: member.name,
    first_name: first ?? '',
    last_name: rest.join(' '),
    title: '',
    phone: '',
    skype: '',
    status_text: '',
    status_emoji: '',
    status_expiration: 0,
    // Slack leaves the address out for an app without this scope.
    email: context.app.scopes.has('users:read.email') ? member.email : undefined,
  });
};

/** A user as Slack gives one. */
export const userOutput = (context: Context, member: Member, at: number): User => {
  const { identity } = context;
  const foreign = member.teamId !== undefined;
  const bot = member.bot ? { bot_id: identity.botId, api_app_id: identity.appId } : {};
  return present({
    id: member.id,
    team_id: member.teamId ?? identity.teamId,
    name: member.name,
    real_name: member.realName,
    deleted: member.deleted ?? false,
    profile: { ...profileOf(context, member), team: member.teamId ?? identity.teamId, ...bot },
    tz: member.timeZone,
    tz_label: zonePart(member.timeZone, at, 'long'),
    tz_offset: zoneOffset(member.timeZone, at),
    is_admin: foreign ? undefined : (member.admin ?? false),
    is_owner: foreign ? undefined : false,
    is_primary_owner: foreign ? undefined : false,
    is_restricted: member.guest ?? false,
    is_ultra_restricted: false,
    is_stranger: foreign ? true : undefined,
    is_bot: member.bot ?? false,
    is_app_user: false,
    is_email_confirmed: member.email !== undefined,
    updated: Math.floor(context.startedAt / 1000),
  });
};

const zonePart = (timeZone: string, at: number, timeZoneName: 'long' | 'longOffset'): string => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
};

/** Seconds east of UTC. */
const zoneOffset = (timeZone: string, at: number): number => {
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(zonePart(timeZone, at, 'longOffset')) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
};

const found = (context: Context, id: string): Member => {
  const member = context.members.get(id);
  if (!member) throw new SlackRefusal('user_not_found');
  return member;
};

const info = method({
  scopes: ['users:read'],
  tier: 4,
  arguments: { user: z.string(), include_locale: flag.optional() },
  run: (context, args): Reply<UsersInfoResponse> => ({
    user: userOutput(context, found(context, args.user), context.clock.now()),
  }),
});

const list = method({
  scopes: ['users:read'],
  tier: 2,
  arguments: { include_locale: flag.optional(), ...paging },
  run(context, args): Reply<UsersListResponse> {
    const all = [...context.members.values()];
    if (args.limit === undefined && all.length > 1000) throw new SlackRefusal('limit_required');
    const { items, response_metadata } = page(all, args, 1000);
    const now = context.clock.now();
    const members = items.map((member) => userOutput(context, member, now));
    return { members, cache_ts: Math.floor(now / 1000), response_metadata };
  },
});

const lookupByEmail = method({
  scopes: ['users:read.email'],
  tier: 3,
  arguments: { email: z.string() },
  run(context, args): Reply<UsersLookupByEmailResponse> {
    const wanted = args.email.toLowerCase();
    const match = [...context.members.values()].find((member) => member.email?.toLowerCase() === wanted);
    // Deactivated people are not found by their address.
    if (!match || match.deleted) throw new SlackRefusal('users_not_found');
    return { user: userOutput(context, match, context.clock.now()) };
  },
});

const profile = method({
  scopes: ['users.profile:read'],
  tier: 4,
  arguments: { user: z.string().optional(), include_labels: flag.optional() },
  run: (context, args): Reply<UsersProfileGetResponse> => ({
    profile: profileOf(context, found(context, args.user ?? context.identity.botUser)),
  }),
});

export const users: Readonly<Record<string, Method>> = {
  'users.info': info,
  'users.list': list,
  'users.lookupByEmail': lookupByEmail,
  'users.profile.get': profile,
};
