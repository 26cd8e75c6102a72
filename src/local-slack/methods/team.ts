import type {
  ApiTestResponse,
  AppsConnectionsOpenResponse,
  AuthTestResponse,
  BotsInfoResponse,
  TeamInfoResponse,
  UsergroupsListResponse,
} from '@slack/web-api';
import { z } from 'zod';
import { SlackRefusal } from '../errors.ts';
import { flag, type Method, method, type Reply } from './method.ts';

const authTest = method({
  tier: 'unlimited',
  arguments: {},
  run(context): Reply<AuthTestResponse> {
    const { identity, app } = context;
    return {
      url: `${context.publicUrl}/`,
      team: identity.teamName,
      team_id: identity.teamId,
      user: app.botName,
      user_id: identity.botUser,
      bot_id: identity.botId,
      is_enterprise_install: false,
    };
  },
});

const botsInfo = method({
  scopes: ['users:read'],
  tier: 3,
  arguments: { bot: z.string().optional() },
  run(context, args): Reply<BotsInfoResponse> {
    const { identity, app } = context;
    if (args.bot !== undefined && args.bot !== identity.botId) throw new SlackRefusal('bot_not_found');
    const updated = Math.floor(context.startedAt / 1000);
    const { botId: id, appId: app_id, botUser: user_id } = identity;
    return { bot: { id, deleted: false, name: app.botName, updated, app_id, user_id } };
  },
});

const teamInfo = method({
  scopes: ['team:read'],
  tier: 3,
  arguments: { team: z.string().optional(), domain: z.string().optional() },
  run(context, args): Reply<TeamInfoResponse> {
    const { identity } = context;
    if (args.team !== undefined && args.team !== identity.teamId) throw new SlackRefusal('team_not_found');
    return { team: { id: identity.teamId, name: identity.teamName, domain: identity.teamDomain, email_domain: '' } };
  },
});

const usergroupsList = method({
  scopes: ['usergroups:read'],
  tier: 2,
  arguments: {
    include_count: flag.optional(),
    include_disabled: flag.optional(),
    include_users: flag.optional(),
  },
  run: (): Reply<UsergroupsListResponse> => ({ usergroups: [] }),
});

/** @see https://docs.slack.dev/reference/methods/apps.connections.open */
const connectionsOpen = method({
  token: 'app',
  tier: 'connecting',
  arguments: {},
  run: (context): Reply<AppsConnectionsOpenResponse> => ({ url: context.socketMode.open() }),
});

/** Answers with what it was given; needs no token. */
export const apiTest: Method = {
  scopes: [],
  token: 'bot',
  tier: 'unlimited',
  async call(_context, raw): Promise<Reply<ApiTestResponse>> {
    if (typeof raw.error === 'string') throw new SlackRefusal(raw.error, { args: raw });
    return { args: raw as NonNullable<ApiTestResponse['args']> };
  },
};

export const team: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'bots.info': botsInfo,
  'team.info': teamInfo,
  'usergroups.list': usergroupsList,
  'apps.connections.open': connectionsOpen,
};
