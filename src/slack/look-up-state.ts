import { z } from 'zod';
import { lookUpInputs } from '../../blocks/ids.ts';
import { type StatusWord, statusWords } from '../core/status.ts';

const Text = z.string().max(200);

/**
 * What a look-up modal remembers, in its own metadata: any process can go on with it, after any restart. `places`: where each page
 * so far begins, the present one last; `dropped`: how many before them were forgotten.
 */
export const LookUp = z.strictObject({
  app: z.string().exactOptional(),
  person: z.string().exactOptional(),
  word: z.enum(statusWords).nullable().default(null),
  text: Text.default(''),
  places: z.array(z.string()).default([]),
  dropped: z.number().int().min(0).default(0),
});
export type LookUp = z.infer<typeof LookUp>;

const Carried = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    hash: z.string().default(''),
    private_metadata: z.string(),
    state: z
      .object({
        values: z.record(
          z.string(),
          z.record(
            z.string(),
            z.object({ value: z.string().nullish(), selected_option: z.object({ value: z.string() }).nullish() }),
          ),
        ),
      })
      .optional(),
  }),
});

export type LookUpPress = { user: string; view: string; hash: string; lookUp: LookUp };

/** A press on *Next page* or *Previous page*: the search that stands there, whatever is typed and not searched yet. */
export function readLookUpPress(body: unknown): LookUpPress {
  const { user, view } = Carried.parse(body);
  return { user: user.id, view: view.id, hash: view.hash, lookUp: LookUp.parse(JSON.parse(view.private_metadata)) };
}

/** The submitted search: its first page. */
export function readSearch(body: unknown): LookUpPress {
  const press = readLookUpPress(body);
  const values = Carried.parse(body).view.state?.values ?? {};
  const { word, text } = lookUpInputs;
  const chosen = values[word.block]?.[word.action]?.selected_option?.value;
  const typed = Text.safeParse(values[text.block]?.[text.action]?.value?.trim() ?? '').data ?? '';
  const { app, person } = press.lookUp;
  const of = { ...(app === undefined ? {} : { app }), ...(person === undefined ? {} : { person }) };
  return { ...press, lookUp: { ...of, word: wordOf(chosen), text: typed, places: [], dropped: 0 } };
}

export const wordOf = (text: string | undefined): StatusWord | null =>
  statusWords.find((word) => word === text) ?? null;

/** Slack keeps 3,000 characters of metadata; the rest of it is the search itself. */
const room = 2_200;

/** The page after, which begins at `place`. Of a very long way the beginning is forgotten, the first page apart. */
export function forward(lookUp: LookUp, place: string): LookUp {
  let next = { ...lookUp, places: [...lookUp.places, place] };
  while (JSON.stringify(next.places).length > room)
    next = { ...next, places: next.places.slice(1), dropped: next.dropped + 1 };
  return next;
}

/** The page before. Where that was forgotten: the first. */
export function backward(lookUp: LookUp): LookUp {
  const places = lookUp.places.slice(0, -1);
  return places.length === 0 ? { ...lookUp, places, dropped: 0 } : { ...lookUp, places };
}

/** From 1. */
export const pageOf = ({ places, dropped }: LookUp): number => places.length + dropped + 1;
