import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Delivery, Notice } from '../../src/core/connector.ts';
import type { OneLoginConfig } from './config.ts';

const Item = z.object({ uuid: z.string().min(1).max(200) });

/** Compared by digest: equal lengths, and no time that depends on what is right. */
const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
const isEqual = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/**
 * A batch of OneLogin's event broadcaster: a JSON array, or a line of JSON for each event. Null: not from it, or no hook was set up.
 * Which events it carries does not matter: each batch says that there is something to read.
 */
export function readNotice(
  { hookHeader, hookSecret }: Pick<OneLoginConfig, 'hookHeader' | 'hookSecret'>,
  { header, body }: Delivery,
): Notice | null {
  if (hookSecret === undefined) return null;
  const given = (header(hookHeader) ?? '').trim();
  if (!isEqual(given, hookSecret) && !isEqual(given, `Bearer ${hookSecret}`)) return null;
  return { ids: [...new Set(itemsIn(body).flatMap((item) => Item.safeParse(item).data?.uuid ?? []))] };
}

function itemsIn(body: string): unknown[] {
  const whole = parsed(body);
  if (Array.isArray(whole)) return whole;
  if (whole !== undefined) return [whole];
  return body.split('\n').flatMap((line) => parsed(line) ?? []);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
