import type { Values } from './block-kit/form.ts';
import type { Message, OpenView } from './model.ts';

const keptEphemerals = 200;

/** What lives only as long as the process, as in Slack's own client: open modals, ephemeral messages, half-filled forms. */
export type Session = {
  /** Modal stacks, the bottom first. */
  stack(user: string): readonly OpenView[];
  top(user: string): OpenView | undefined;
  setStack(user: string, views: readonly OpenView[]): void;
  modal(id: string): OpenView | undefined;
  replaceModal(view: OpenView): void;
  /** Ephemeral messages in a channel, oldest first. */
  ephemerals(channel: string): readonly Message[];
  keepEphemeral(message: Message): void;
  dropEphemeral(channel: string, ts: string): void;
  /** What a form holds, by view id or by `channel ts`. */
  values(form: string): Values;
  setValues(form: string, values: Values): void;
};

export const createSession = (): Session => {
  const stacks = new Map<string, readonly OpenView[]>();
  const ephemerals = new Map<string, Message[]>();
  const forms = new Map<string, Values>();
  const modals = () => [...stacks.values()].flat();
  return {
    stack: (user) => stacks.get(user) ?? [],
    top: (user) => stacks.get(user)?.at(-1),
    setStack(user, views) {
      for (const gone of stacks.get(user) ?? []) {
        if (!views.some((view) => view.id === gone.id)) forms.delete(gone.id);
      }
      stacks.set(user, views);
    },
    modal: (id) => modals().find((view) => view.id === id),
    replaceModal(view) {
      const stack = stacks.get(view.user) ?? [];
      stacks.set(
        view.user,
        stack.map((each) => (each.id === view.id ? view : each)),
      );
    },
    ephemerals: (channel) => ephemerals.get(channel) ?? [],
    keepEphemeral(message) {
      const others = (ephemerals.get(message.channel) ?? []).filter((each) => each.ts !== message.ts);
      const all = [...others, message].sort((a, b) => Number(a.ts) - Number(b.ts));
      ephemerals.set(message.channel, all.slice(-keptEphemerals));
    },
    dropEphemeral(channel, ts) {
      ephemerals.set(
        channel,
        (ephemerals.get(channel) ?? []).filter((each) => each.ts !== ts),
      );
    },
    values: (form) => forms.get(form) ?? {},
    setValues(form, values) {
      if (Object.keys(values).length > 0) forms.set(form, values);
      else forms.delete(form);
    },
  };
};
