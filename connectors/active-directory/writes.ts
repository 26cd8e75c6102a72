import {
  AddRequest,
  Attribute,
  Change,
  type Client,
  DeleteRequest,
  ModifyDNRequest,
  ModifyRequest,
  type SearchResponse,
} from 'ldapts';
import { Refused } from './failure.ts';

/** Values of one attribute; several of them only where the attribute holds several. */
type Values = readonly string[] | readonly Buffer[];

/** One step of a change: all steps of one `modify` happen, or none does. */
export type Step = { how: 'add' | 'delete' | 'replace'; attribute: string; values: Values };

/** What changes a domain, one request each. Every failure is a ConnectorError: `unknown` where the answer did not come. */
export type Writes = {
  add(dn: string, values: Readonly<Record<string, Values>>, signal: AbortSignal): Promise<void>;
  modify(dn: string, steps: readonly Step[], signal: AbortSignal): Promise<void>;
  /** To another name, below another place, or both. `below` null: where it stands. */
  rename(dn: string, rdn: string, below: string | null, signal: AbortSignal): Promise<void>;
  remove(dn: string, signal: AbortSignal): Promise<void>;
};

type Message = AddRequest | ModifyRequest | ModifyDNRequest | DeleteRequest;
type Answer = Pick<SearchResponse, 'status' | 'errorMessage'>;
/** The client's own methods connect anew where the connection has ended, and then nobody is signed in; and its `modifyDN` takes names apart wrongly. */
type Sender = { _send(message: Message): Promise<Answer | undefined>; _nextMessageId(): number };
type Bounded = <Result>(work: () => Promise<Result>, until: AbortSignal) => Promise<Result>;

const attribute = (type: string, values: Values) => new Attribute({ type, values: [...values] as string[] });

/** The changes of a session. `beforeEach` is called before each request. */
export function writer(client: Client, bounded: Bounded, beforeEach: () => void): Writes {
  const sender = client as unknown as Sender;
  const send = (made: (messageId: number) => Message, signal: AbortSignal) =>
    bounded(async () => {
      beforeEach();
      const answer = await sender._send(made(sender._nextMessageId()));
      if (answer?.status !== 0) throw new Refused(answer?.status ?? 80, answer?.errorMessage ?? '');
    }, signal);
  return {
    add: (dn, values, signal) => {
      const attributes = Object.entries(values).map(([type, some]) => attribute(type, some));
      return send((messageId) => new AddRequest({ messageId, dn, attributes }), signal);
    },
    modify: (dn, steps, signal) => {
      const changes = steps.map(
        ({ how, attribute: type, values }) => new Change({ operation: how, modification: attribute(type, values) }),
      );
      return send((messageId) => new ModifyRequest({ messageId, dn, changes }), signal);
    },
    rename: (dn, rdn, below, signal) => {
      const place = below === null ? {} : { newSuperior: below };
      return send((messageId) => new ModifyDNRequest({ messageId, dn, newRdn: rdn, ...place }), signal);
    },
    remove: (dn, signal) => send((messageId) => new DeleteRequest({ messageId, dn }), signal),
  };
}
