import { z } from 'zod';
import { type AccountChange, type ConnectorContext, ConnectorError } from '../../src/core/connector.ts';
import type { Mark } from '../_whole.ts';
import { ownLicences } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Catalogue } from './catalogue.ts';
import { type Graph, pause } from './graph.ts';

type Asked = AccountChange['entitlements'];
type Step = { name: string; id: string };
/** What to give and to take, each found in the catalogue before anything is sent. */
export type Plan = { join: Step[]; leave: Step[]; give: Step[]; take: Step[] };

type Deps = {
  graph: Graph;
  context: ConnectorContext;
  accounts: Accounts;
  groups: Catalogue | null;
  licences: Catalogue | null;
};

/** `patience`: how long an account just made may be unknown to what it is put into, milliseconds. */
export function entitlementsOf({ graph, context, accounts, groups, licences }: Deps, patience: number) {
  const { name } = context;

  const stepsOf = async (catalogue: Catalogue | null, names: readonly string[], signal: AbortSignal) => {
    const steps: Step[] = [];
    for (const one of names) if (catalogue !== null) steps.push({ name: one, id: await catalogue.idOf(one, signal) });
    return steps;
  };

  /** @throws ConnectorError for entitlements and names there are none of */
  const plan = async (asked: Asked, signal: AbortSignal): Promise<Plan> => {
    for (const [target, { add, remove }] of Object.entries(asked)) {
      const catalogue = target === 'groups' ? groups : target === 'licences' ? licences : null;
      if (catalogue === null && add.length + remove.length > 0)
        throw new ConnectorError('rejected', 'none', `${name} has no entitlements called "${target}".`);
    }
    return {
      join: await stepsOf(groups, asked.groups?.add ?? [], signal),
      leave: await stepsOf(groups, asked.groups?.remove ?? [], signal),
      give: await stepsOf(licences, asked.licences?.add ?? [], signal),
      take: await stepsOf(licences, asked.licences?.remove ?? [], signal),
    };
  };

  /** A new account may not be known yet where it is put in: what was refused so was not done. */
  const untilKnown = async (isFresh: boolean, send: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
    for (let waited = 0, wait = 100; ; waited += wait, wait *= 2) {
      try {
        return void (await send());
      } catch (error) {
        if (!(error instanceof ConnectorError && error.kind === 'missing')) throw error;
        if (!isFresh || waited + wait > patience) throw ofOne(error);
        await pause(wait, signal, name);
      }
    }
  };

  /** Graph refuses a member who is one already, with a code that says nothing: its sentence does, or who it says is in. */
  const join = async (user: string, step: Step, isFresh: boolean, signal: AbortSignal): Promise<void> => {
    const path = ['groups', step.id, 'members', '$ref'];
    const json = { '@odata.id': graph.addressOf('directoryObjects', user) };
    const send = () => graph.send({ method: 'POST', path, json, schema: z.unknown(), signal });
    try {
      await untilKnown(isFresh, send, signal);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.effect !== 'none' || error.kind === 'auth') throw error;
      if (error.kind !== 'rejected' && error.kind !== 'conflict') throw error;
      if (alreadyThere.test(error.message)) return;
      if (!(await accounts.groupNames(user, signal)).includes(step.name)) throw error;
    }
  };

  /** Whoever is in it no longer is out of it, too. */
  const leave = async (user: string, step: Step, signal: AbortSignal): Promise<void> => {
    const path = ['groups', step.id, 'members', user, '$ref'];
    await graph.send({ method: 'DELETE', path, schema: z.unknown(), signal }).catch((error: unknown) => {
      if (!(error instanceof ConnectorError && error.kind === 'missing')) throw error;
    });
  };

  const assign = async (user: string, plan: Plan, isFresh: boolean, mark: Mark, signal: AbortSignal): Promise<void> => {
    if (plan.give.length + plan.take.length === 0) return;
    // One that is there already is not given again: that would switch on what an admin has switched off in it.
    const own = isFresh ? [] : ownLicences(await accounts.fetchUser(user, signal));
    const give = plan.give.filter(({ id }) => !own.includes(id));
    const take = plan.take.filter(({ id }) => own.includes(id));
    if (give.length + take.length === 0) return;
    const json = {
      addLicenses: give.map(({ id }) => ({ skuId: id, disabledPlans: [] })),
      removeLicenses: take.map(({ id }) => id),
    };
    const path = ['users', user, 'assignLicense'];
    await untilKnown(isFresh, () => graph.send({ method: 'POST', path, json, schema: z.unknown(), signal }), signal);
    mark();
  };

  return {
    plan,
    /**
     * Carries out a plan. What is one group's own fault stops no other; what concerns the whole tenant ends it at once.
     * @throws ConnectorError that says what was refused first, and how many more
     */
    carryOut: async (user: string, plan: Plan, isFresh: boolean, mark: Mark, signal: AbortSignal): Promise<void> => {
      const refused: { what: string; error: ConnectorError }[] = [];
      const attempt = async (what: string, send: () => Promise<void>) => {
        try {
          await send();
        } catch (error) {
          if (!isOfOne(error)) throw error;
          groups?.forget();
          refused.push({ what, error });
        }
      };
      for (const step of plan.leave)
        await attempt(`the group "${step.name}"`, () => leave(user, step, signal).then(mark));
      for (const step of plan.join)
        await attempt(`the group "${step.name}"`, () => join(user, step, isFresh, signal).then(mark));
      await attempt('the licences', () => assign(user, plan, isFresh, mark, signal));
      const [first] = refused;
      if (first !== undefined) throw refusal(name, first, refused.length);
    },
  };
}

const alreadyThere = /references already exist/i;

const isOfOne = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError &&
  error.effect === 'none' &&
  (error.kind === 'rejected' || error.kind === 'conflict' || error.kind === 'missing');

/** Never `missing`: the account is there, what it was to be put into is not. */
const ofOne = ({ message }: ConnectorError) => new ConnectorError('rejected', 'none', message);

function refusal(app: string, { what, error }: { what: string; error: ConnectorError }, count: number): ConnectorError {
  const more = count > 1 ? ` and ${count - 1} more` : '';
  const message = `${app} refused ${what}${more}: ${error.message}`;
  const kind = error.kind === 'conflict' ? 'conflict' : 'rejected';
  return new ConnectorError(kind, 'none', message, {
    remedy:
      'Look at the group or licence in Entra ID, or take it out of the parameter or rule that gives it, then retry.',
    cause: error,
  });
}
