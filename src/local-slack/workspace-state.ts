import { allChannels, type Context } from './context.ts';
import type { Message, OpenView, WorkspaceState } from './model.ts';
import { byTs } from './payloads.ts';

/** The state as the page reads it; always the current one. */
export const createState = (context: Context): WorkspaceState => {
  const { identity, app, session, store } = context;
  const withValues = (open: OpenView | undefined): OpenView | undefined =>
    open && { ...open, values: session.values(open.id) };
  const messages = (channel: string, viewer: string): Message[] => {
    const stored = [...(store.data.messages.get(channel)?.values() ?? [])];
    const whispered = session.ephemerals(channel).filter((message) => message.ephemeralFor === viewer);
    return whispered.length === 0 ? stored : [...stored, ...whispered].sort(byTs);
  };
  return {
    team: { id: identity.teamId, name: identity.teamName },
    botUser: identity.botUser,
    appName: app.name,
    get members() {
      return [...context.members.values()];
    },
    get channels() {
      return allChannels(context);
    },
    messages,
    home: (user) => withValues(store.data.homes.get(user)),
    modal: (user) => withValues(session.top(user)),
    commands: app.commands.map(({ command, description, usage_hint }) => ({
      command,
      description,
      ...(usage_hint === undefined ? {} : { usageHint: usage_hint }),
    })),
    shortcuts: app.shortcuts.map(({ name, callback_id, type }) => ({ name, callbackId: callback_id, type })),
    unread(channel, viewer) {
      const read = Number(store.data.read.get(channel)?.get(viewer) ?? 0);
      const stored = [...(store.data.messages.get(channel)?.values() ?? [])];
      return stored.filter((message) => Number(message.ts) > read && message.user !== viewer).length;
    },
  };
};
