import { type Message, message } from './kit.ts';
import { list } from './list.ts';
import { md } from './markup.ts';

/** A message of plain sentences: `body` is text, its lines stay lines, nothing in it is markup. */
export function notice(body: string): Message {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '');
  return message(list(lines.length === 0 ? ['(empty notice)'] : lines, (line) => md`${line}`));
}
