import { context, type Message, message, section } from './kit.ts';
import { link, md } from './markup.ts';

/** Nothing is decided yet: the way to sign in, for the one who pressed alone. */
export const signInMessage = (text: string, url: string): Message =>
  message([
    section(md`${text}\n${link(url, 'Sign in to decide')}`),
    context(md`The link works once. If you did not press anything, tell an admin: somebody may be using your account.`),
  ]);
