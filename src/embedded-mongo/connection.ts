import type { Socket } from 'node:net';
import type { Server } from './commands/call.ts';
import { dispatch } from './dispatch.ts';
import { createFrames, formatReply, type Message, parseMessage } from './wire.ts';

/** Messages a client may send ahead before it is no longer read from. */
const MOST_WAITING = 16;

/** Answers a client's messages one after another until it goes away. What is not the protocol ends the connection. */
export function serveConnection(server: Server, socket: Socket, id: number, log: (line: string) => void): void {
  const client = { id, isGone: () => socket.destroyed };
  const framesOf = createFrames();
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  let replies = 0;

  const answer = async (message: Message) => {
    const document = await dispatch(server, client, message.body, log);
    replies += 1;
    if (!message.isSilent && !socket.destroyed) await sent(socket, formatReply(message, replies, document));
    waiting -= 1;
    if (waiting < MOST_WAITING) socket.resume();
  };

  const end = (error: unknown) => {
    log(`connection ${id} ended: ${error instanceof Error ? error.message : String(error)}`);
    socket.destroy();
  };

  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const frame of framesOf(chunk)) {
        const message = parseMessage(frame);
        waiting += 1;
        last = last.then(() => answer(message)).catch(end);
      }
    } catch (error) {
      end(error);
    }
    if (waiting >= MOST_WAITING) socket.pause();
  });
}

/** Resolves when the client has room for more, or is gone. */
function sent(socket: Socket, reply: Buffer): Promise<void> | undefined {
  if (socket.write(reply)) return undefined;
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}
