import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { LocalSlackError } from './errors.ts';

const names = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);
const addresses = /^(::ffff:)?127\.|^::1$/;

/** Throws `not_loopback` unless the URL or host is this machine's own. */
export const requireLoopback = (what: string, given: string): void => {
  const host = given.includes('://') ? (URL.parse(given)?.hostname ?? '') : given;
  if (names.has(host)) return;
  const remedy = 'The built-in workspace has no sign-in; use 127.0.0.1, or a real Slack workspace.';
  throw new LocalSlackError('not_loopback', `${what} is ${given}, which is not on this machine. ${remedy}`);
};

/** From this machine and under its own name, so that no web page can reach us by DNS rebinding. */
export const isLoopback = ({ headers, socket }: IncomingMessage): boolean =>
  names.has((headers.host ?? '').replace(/:\d+$/, '')) && addresses.test(socket.remoteAddress ?? '');

export const loopbackOnly = (request: Request, response: Response, next: NextFunction): void => {
  if (isLoopback(request)) next();
  else response.status(403).json({ ok: false, error: 'access_denied' });
};
