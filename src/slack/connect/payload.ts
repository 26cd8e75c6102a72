import { z } from 'zod';

/*
 * Payloads of connecting: ids and texts, nothing to trust.
 */

const Id = z.string().min(1).max(200);
export const KindIds = z.strictObject({ kind: z.enum(['app', 'directory']) });
export const DraftIds = z.strictObject({ draft: Id });
export const StepIds = z.strictObject({ draft: Id, step: z.string().max(40) });
export const ConnectIds = z.strictObject({ draft: Id, shown: Id });
export const RenewIds = z.strictObject({ app: Id });

const Held = z.object({
  value: z.string().max(3_000).nullish(),
  selected_option: z.object({ value: z.string().max(75) }).nullish(),
});
const Start = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Held)) }),
  }),
});

export type Started = {
  user: string;
  kind: 'app' | 'directory';
  connector: string;
  name: string;
  title: string | null;
};

/** The submitted form that begins to connect something. */
export function readStart(body: unknown): Started {
  const { user, view } = Start.parse(body);
  const { kind } = KindIds.parse(JSON.parse(view.private_metadata));
  const held = (block: string) => Object.values(view.state.values[block] ?? {})[0];
  const text = (block: string) => held(block)?.value?.trim() ?? '';
  const connector = held('connector')?.selected_option?.value ?? '';
  return { user: user.id, kind, connector, name: text('name'), title: text('title') || null };
}
