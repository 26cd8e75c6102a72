import { timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { Context } from './context.ts';
import { SlackRefusal } from './errors.ts';
import type { CallFault, Faults } from './faults.ts';
import type { Recorder } from './log.ts';
import { loopbackOnly } from './loopback.ts';
import { chat } from './methods/chat.ts';
import { conversations } from './methods/conversations.ts';
import { files, mostBytes } from './methods/files.ts';
import { history } from './methods/history.ts';
import { type Method, requireScope } from './methods/method.ts';
import { reactions } from './methods/reactions.ts';
import { schedule } from './methods/schedule.ts';
import { apiTest, team } from './methods/team.ts';
import { users } from './methods/users.ts';
import { views } from './methods/views.ts';
import { present } from './present.ts';
import type { Rates } from './rates.ts';
import { respond } from './response-urls.ts';

const methods: Readonly<Record<string, Method>> = {
  'api.test': apiTest,
  ...team,
  ...chat,
  ...schedule,
  ...conversations,
  ...history,
  ...users,
  ...views,
  ...reactions,
  ...files,
};

type Tokens = { botToken: string; appToken: string };

/** What the HTTP side needs beside the context. */
export type Desk = { context: Context; tokens: Tokens; rates: Rates; faults: Faults; log: Recorder };

/** `/api/<method>`, `/response/<id>`, `/upload/<ticket>` and `/files/<id>/<name>`, for this machine only. */
export const webApi = (desk: Desk): Router => {
  const router = express.Router();
  const { context } = desk;
  const form = express.urlencoded({ extended: false, limit: '5mb', parameterLimit: 200 });
  const json = express.json({ limit: '5mb' });
  router.use(['/api', '/response', '/upload', '/files'], loopbackOnly);
  router.post('/api/:method', form, json, (request, response) => handleCall(desk, request, response));
  router.post('/response/:id', express.json({ limit: '5mb' }), (request, response) => {
    answerResponse(context, String(request.params.id), request.body, response);
  });
  router.post('/upload/:ticket', express.raw({ type: () => true, limit: mostBytes + 10_000 }), (request, response) =>
    receiveUpload(context, request, response),
  );
  router.get('/files/:id/:name', (request, response) => sendFile(context, String(request.params.id), response));
  router.use(['/api', '/response', '/upload'], badBody);
  return router;
};

/** The body parsers' errors, in Slack's words. Any other is a bug of ours and not to be hidden. */
function badBody(error: unknown, request: Request, response: Response, next: NextFunction): void {
  if (!(error instanceof Error) || !('type' in error)) {
    next(error);
    return;
  }
  const isJson = (request.headers['content-type'] ?? '').includes('json');
  const status = error.type === 'entity.too.large' ? 413 : 200;
  response.status(status).json({ ok: false, error: isJson ? 'invalid_json' : 'invalid_form_data' });
}

async function handleCall(desk: Desk, request: Request, response: Response): Promise<void> {
  const { context, faults, log, rates } = desk;
  const name = String(request.params.method);
  const raw = readArguments(request);
  const note = (error?: string) => log.call(present({ at: context.clock.now(), method: name, arguments: raw, error }));
  const refuse = (refusal: SlackRefusal) => {
    note(refusal.error);
    response.json({ ok: false, error: refusal.error, ...refusal.details });
  };
  const limited = (seconds: number) => {
    note('ratelimited');
    response.status(429).set('retry-after', String(seconds)).json({ ok: false, error: 'ratelimited' });
  };
  try {
    const method = authorised(desk, name, request);
    const granted = method.token === 'app' ? ['connections:write'] : [...context.app.scopes];
    response.set('x-oauth-scopes', granted.join(','));
    response.set('x-accepted-oauth-scopes', method.scopes.join(','));
    const fault = faults.ofCall(name);
    if (fault && 'outage' in fault) {
      note('outage');
      response.status(500).send('');
      return;
    }
    if (fault && 'error' in fault) throw new SlackRefusal(fault.error);
    const key = method.tier === 'posting' ? `${name}:${String(raw.channel)}` : name;
    const wait = fault && 'retryAfter' in fault ? fault.retryAfter : rates(method.tier, key);
    if (wait > 0) return limited(wait);
    for (const scope of method.scopes) requireScope(context, scope);
    const reply = await method.call(context, raw);
    await hold(context, fault);
    note();
    if (fault && 'lostReply' in fault) request.socket.destroy();
    else response.json({ ok: true, ...reply });
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    refuse(error);
  }
}

const hold = (context: Context, fault: CallFault | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (fault && 'delay' in fault) context.clock.after(fault.delay, resolve);
    else resolve();
  });

/** The method, once the token is right. Slack says `unknown_method` before it looks at the token. */
function authorised(desk: Desk, name: string, request: Request): Method {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) throw new SlackRefusal('unknown_method', { req_method: name });
  if (method === apiTest) return method;
  checkToken(desk.tokens, method, request);
  return method;
}

function checkToken({ botToken, appToken }: Tokens, method: Method, request: Request): void {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const inBody: unknown = bodyOf(request).token;
  const token = bearer ?? (typeof inBody === 'string' ? inBody : undefined);
  if (!token) throw new SlackRefusal('not_authed');
  const [needed, other] = method.token === 'app' ? [appToken, botToken] : [botToken, appToken];
  if (same(token, other)) throw new SlackRefusal('not_allowed_token_type');
  if (!same(token, needed) || (method.token === 'app' && !bearer)) throw new SlackRefusal('invalid_auth');
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const bodyOf = (request: Request): Record<string, unknown> =>
  typeof request.body === 'object' && request.body !== null ? (request.body as Record<string, unknown>) : {};

/** The arguments without the token and without what a form left empty. */
function readArguments(request: Request): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bodyOf(request)).filter(([key, value]) => key !== 'token' && value !== ''));
}

function answerResponse(context: Context, id: string, body: unknown, response: Response): void {
  try {
    respond(context, context.responseUrls.use(id), body ?? {});
    response.json({ ok: true });
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    const gone = ['expired_url', 'used_url', 'message_not_found'].includes(error.error);
    response.status(gone ? 404 : 400).json({ ok: false, error: error.error, ...error.details });
  }
}

async function receiveUpload(context: Context, request: Request, response: Response): Promise<void> {
  try {
    const bytes = await uploadedBytes(request);
    context.uploads.receive(String(request.params.ticket), bytes);
    response.send(`OK - ${bytes.length}`);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    response.status(400).send(error.error);
  }
}

/** Raw bytes, or the one file of a multipart form. */
async function uploadedBytes(request: Request): Promise<Buffer> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return raw;
  const body = new Uint8Array(raw);
  const fields = await new globalThis.Response(body, { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  for (const value of fields?.values() ?? []) {
    if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
  }
  throw new SlackRefusal('invalid_form_data');
}

/** As a download only: an uploaded page must not run here. */
function sendFile(context: Context, id: string, response: Response): void {
  const bytes = context.uploads.read(id);
  if (!bytes) {
    response.status(404).send('file_not_found');
    return;
  }
  response.set('content-security-policy', "default-src 'none'; sandbox").set('x-content-type-options', 'nosniff');
  response.set('content-disposition', 'attachment').type('application/octet-stream').send(bytes);
}
