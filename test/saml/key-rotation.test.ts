import { SAML } from '@node-saml/node-saml';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publishedAt, type SigningKeys, signingKeyAt, withKey } from '../../src/core/signing-key.ts';
import { metadataRefused } from '../../src/saml/refusal.ts';
import { metadataLimits } from '../../src/saml/service-provider.ts';
import { readXml } from '../../src/saml/strict-xml.ts';
import { everyElement } from '../../src/saml/xml-element.ts';
import { app, assertion, entityId, keyOf, now, saml } from './kit.ts';

/** Keys are replaced while an app looks at our metadata now and then: as long as it does so within the overlap, nobody is refused. */

const hour = 60 * 60_000;
const overlap = 24 * hour;
const names = ['ours', 'other', 'third'] as const;
const by = { kind: 'operator', name: 'ada', via: 'cli' } as const;
const sealed = { key: 'k', nonce: 'n', text: 't', tag: 'g' };

/** The certificates an app finds in our metadata. */
const refreshed = (keys: SigningKeys, at: number): string[] => {
  const certificates = publishedAt(keys, at).map(({ certificate }) => certificate);
  const xml = saml.metadata({ entityId, signOn: `${entityId}/sign-on`, certificates });
  const root = readXml(xml, metadataLimits, metadataRefused);
  return [...everyElement(root)].filter(({ name }) => name === 'X509Certificate').map(({ text }) => text);
};

async function accepts(certificates: string[], xml: string): Promise<boolean> {
  const sp = new SAML({
    ...{ issuer: app.entityId, callbackUrl: app.acs, audience: app.entityId, idpCert: certificates },
    ...{ wantAssertionsSigned: true, wantAuthnResponseSigned: false },
  });
  const SAMLResponse = Buffer.from(xml).toString('base64');
  return sp.validatePostResponseAsync({ SAMLResponse }).then(
    ({ profile }) => profile?.nameID === 'zoe@acme.test',
    () => false,
  );
}

async function company() {
  const pairs = await Promise.all(names.map(keyOf));
  let made = 0;
  let keys: SigningKeys | null = null;
  const pairOf = (id: string) => {
    const pair = pairs[Number(id) % pairs.length];
    if (pair === undefined) throw new Error('There is no such key');
    return pair;
  };
  return {
    rotate: (at: number, over = overlap) => {
      const id = String(made);
      made += 1;
      keys = withKey(
        keys,
        { id, certificate: pairOf(id).certificate, sealed, endsAt: at + 1_000 * overlap },
        { overlap: over, by, at },
      );
      return keys;
    },
    keys: () => keys ?? { id: 'saml', version: 0, outbox: [], keys: [] },
    /** The time of the schedule is not that of the response: the key alone is what changes. */
    respond: (at: number) => {
      const signing = signingKeyAt(keys ?? { keys: [] }, at);
      return saml.respond(assertion({ sign: 'assertion' }), pairOf(signing?.id ?? ''));
    },
  };
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'sign on' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'rotate' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'refresh' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 40 }) }) },
);

describe('a key that takes the place of another', () => {
  it('fails no sign-on, in 50 orders of rotating, refreshing and waiting', async () => {
    let [signedOn, rotated] = [0, 0];
    const order = fc.record({
      every: fc.integer({ min: 1, max: overlap / hour }),
      steps: fc.array(step, { minLength: 8, maxLength: 16 }),
    });
    await fc.assert(
      fc.asyncProperty(order, async ({ every, steps }) => {
        const idp = await company();
        let at = now;
        let [seenAt, seen] = [at, refreshed(idp.rotate(at), at)];
        const refresh = () => {
          [seenAt, seen] = [at, refreshed(idp.keys(), at)];
        };
        for (const one of steps) {
          if (one.kind === 'refresh') refresh();
          if (one.kind === 'rotate') {
            rotated += 1;
            idp.rotate(at);
          }
          // The app looks again by itself, at its own interval and never later than the overlap.
          if (one.kind === 'pass')
            for (let passed = 0; passed < one.hours; passed += 1) {
              at += hour;
              if (at - seenAt >= every * hour) refresh();
            }
          if (one.kind !== 'sign on') continue;
          expect(await accepts(seen, idp.respond(at))).toBe(true);
          signedOn += 1;
        }
        expect(await accepts(seen, idp.respond(at))).toBe(true);
      }),
      { seed: 7, numRuns: 50 },
    );
    expect(signedOn).toBeGreaterThan(100);
    expect(rotated).toBeGreaterThan(50);
  });

  it('would fail one where the app looks too late, or where there is no overlap', async () => {
    const idp = await company();
    const seen = refreshed(idp.rotate(now), now);
    idp.rotate(now + hour);
    expect(await accepts(seen, idp.respond(now + overlap))).toBe(true);
    expect(await accepts(seen, idp.respond(now + hour + overlap))).toBe(false);
    expect(await accepts(refreshed(idp.keys(), now + overlap), idp.respond(now + hour + overlap))).toBe(true);

    const at = now + 10 * overlap;
    const late = refreshed(idp.keys(), at);
    idp.rotate(at, 0);
    expect(await accepts(late, idp.respond(at))).toBe(false);
  });
});
