import { z } from 'zod';
import { LocalSlackError } from './errors.ts';

/**
 * The parts of Slack's app manifest that decide what the workspace accepts and delivers; limits from the reference.
 * @see https://docs.slack.dev/reference/app-manifest
 */
const command = z.object({
  command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/, 'starts with / and has at most 32 lower-case characters'),
  description: z.string().min(1).max(2000),
  usage_hint: z.string().max(1000).optional(),
  should_escape: z.boolean().optional(),
  url: z.string().optional(),
});

const shortcut = z.object({
  name: z.string().min(1).max(24),
  callback_id: z.string().min(1).max(255),
  description: z.string().min(1).max(150),
  type: z.enum(['global', 'message']),
});

const manifest = z.object({
  _metadata: z.object({ major_version: z.union([z.literal(1), z.literal(2)]).optional() }).optional(),
  display_information: z.object({
    name: z.string().min(1).max(35),
    description: z.string().max(140).optional(),
    long_description: z.string().min(174).max(4000).optional(),
  }),
  features: z.object({
    app_home: z
      .object({
        home_tab_enabled: z.boolean().optional(),
        messages_tab_enabled: z.boolean().optional(),
        messages_tab_read_only_enabled: z.boolean().optional(),
      })
      .optional(),
    bot_user: z.object({ display_name: z.string().min(1).max(80), always_online: z.boolean().optional() }),
    slash_commands: z.array(command).max(50).default([]),
    shortcuts: z.array(shortcut).max(10).default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()).max(255) }) }),
  settings: z
    .object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()).max(100).default([]) }).optional(),
      interactivity: z.object({ is_enabled: z.boolean() }).optional(),
      socket_mode_enabled: z.boolean().optional(),
    })
    .default({}),
});

/** Any one of these scopes lets the event through. */
const eventScopes: Readonly<Record<string, readonly string[]>> = {
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  member_joined_channel: ['channels:read', 'groups:read'],
  reaction_added: ['reactions:read'],
  reaction_removed: ['reactions:read'],
  team_join: ['users:read'],
};

/** The app as its manifest declares it. */
export type AppDeclaration = {
  name: string;
  botName: string;
  homeTab: boolean;
  /** Whether the app can write to people directly, and they to it. */
  messagesTab: boolean;
  messagesReadOnly: boolean;
  interactive: boolean;
  /** Everything comes over Socket Mode; the request URLs are not used. */
  socketMode: boolean;
  commands: readonly z.infer<typeof command>[];
  shortcuts: readonly z.infer<typeof shortcut>[];
  scopes: ReadonlySet<string>;
  events: ReadonlySet<string>;
};

/** Reads a parsed manifest. Throws `invalid_manifest`, naming each field, also for a feature whose scope is missing. */
export const readManifest = (input: unknown): AppDeclaration => {
  const parsed = manifest.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new LocalSlackError('invalid_manifest', `The app manifest is not valid. ${problems.join('; ')}`);
  }
  const { features, oauth_config, settings, display_information } = parsed.data;
  const app: AppDeclaration = {
    name: display_information.name,
    botName: features.bot_user.display_name,
    homeTab: features.app_home?.home_tab_enabled ?? false,
    messagesTab: features.app_home?.messages_tab_enabled ?? true,
    messagesReadOnly: features.app_home?.messages_tab_read_only_enabled ?? false,
    interactive: settings.interactivity?.is_enabled ?? false,
    socketMode: settings.socket_mode_enabled ?? false,
    commands: features.slash_commands,
    shortcuts: features.shortcuts,
    scopes: new Set(oauth_config.scopes.bot),
    events: new Set(settings.event_subscriptions?.bot_events ?? []),
  };
  const missing = missingScopes(app);
  if (missing.length > 0) throw new LocalSlackError('invalid_manifest', `The app manifest ${missing.join('; ')}.`);
  return app;
};

function missingScopes(app: AppDeclaration): string[] {
  const missing: string[] = [];
  if (app.commands.length + app.shortcuts.length > 0 && !app.scopes.has('commands')) {
    missing.push('declares commands or shortcuts; add the bot scope commands');
  }
  for (const event of app.events) {
    const scopes = eventScopes[event];
    if (scopes && !scopes.some((scope) => app.scopes.has(scope))) {
      missing.push(`subscribes to ${event}; add the bot scope ${scopes.join(' or ')}`);
    }
  }
  return missing;
}
