import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes, closing, frameOf, frameReader, type Incoming } from './websocket-frames.ts';

/** The server's end of one WebSocket: text messages only, no extensions. */
export type WebSocketPeer = {
  send(text: string): void;
  ping(): void;
  /** Says goodbye and hangs up; what comes in meanwhile is still heard. */
  close(): void;
  /** Hangs up without a word, as a broken network does, and hears nothing more. What was sent before still arrives. */
  cut(): void;
  /** Stays connected and neither hears nor says anything any more, as behind a router that forgot it. */
  freeze(): void;
};

export type WebSocketListener = { message(text: string): void; closed(): void };

/** What an HTTP server's `upgrade` event gives. */
export type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer };

/** @see https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** How long the client may take to say goodbye too. Milliseconds. */
const goodbye = 1_000;

/** Answers the client's opening handshake; null, and 400 to the client, when it is none. */
export function acceptWebSocket({ request, socket, head }: Upgrade, listener: WebSocketListener): WebSocketPeer | null {
  const { upgrade = '', 'sec-websocket-key': key = '', 'sec-websocket-version': version } = request.headers;
  if (upgrade.toLowerCase() !== 'websocket' || version !== '13' || Buffer.from(key, 'base64').length !== 16) {
    refuseUpgrade(socket, '400 Bad Request');
    return null;
  }
  const accepted = createHash('sha1').update(`${key}${magic}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...lines, `Sec-WebSocket-Accept: ${accepted}`, '', ''].join('\r\n'));
  if (head.length > 0) socket.unshift(head);
  return converse(socket, listener);
}

/** An answer to an upgrade that is not made. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function converse(socket: Duplex, listener: WebSocketListener): WebSocketPeer {
  const read = frameReader();
  let speaking = true;
  let hearing = true;
  const write = (bytes: Buffer) => {
    if (speaking && socket.writable) socket.write(bytes);
  };
  const hangUp = () => {
    speaking = false;
    setTimeout(() => socket.destroy(), goodbye).unref();
  };
  const bye = (code: number) => {
    write(frameOf('close', closing(code)));
    if (speaking) hangUp();
  };
  const hear = (incoming: Incoming) => {
    if (incoming.kind === 'text') listener.message(incoming.text);
    else if (incoming.kind === 'ping') write(frameOf('pong', incoming.data));
    else if (incoming.kind === 'violation') bye(incoming.code);
    else if (incoming.kind === 'close') {
      bye(closeCodes.normal);
      socket.end();
    }
  };
  socket.on('data', (chunk: Buffer) => {
    for (const incoming of read(chunk)) if (hearing) hear(incoming);
  });
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.once('close', () => listener.closed());
  return {
    freeze() {
      [hearing, speaking] = [false, false];
      socket.pause();
    },
    send: (text) => write(frameOf('text', Buffer.from(text))),
    ping: () => write(frameOf('ping', Buffer.alloc(0))),
    close: () => bye(closeCodes.normal),
    cut() {
      hearing = false;
      hangUp();
      // Not destroyed at once: what was sent before still arrives.
      socket.end();
    },
  };
}
