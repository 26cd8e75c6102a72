import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkingKey } from '../../src/saml/certificate.ts';
import { keyOf, now, refusal, saml } from './kit.ts';

describe('a signing key', () => {
  it('is RSA of 3072 bits with a certificate for signatures, from and until when it was asked', async () => {
    const { certificate, privateKey } = await keyOf('ours');
    const key = createPrivateKey(privateKey);
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect([key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 3072]);
    const read = new X509Certificate(certificate);
    expect([read.checkPrivateKey(key), read.ca, read.subject]).toEqual([true, false, 'CN=ours']);
    expect(read.verify(read.publicKey)).toBe(true);
    const day = 24 * 60 * 60_000;
    const seconds = (time: number) => Math.floor(time / 1_000);
    expect(seconds(Date.parse(read.validFrom))).toBe(seconds(now - day));
    expect(seconds(saml.certificateEnds(certificate))).toBe(seconds(now + 365 * day));
    expect(checkingKey(certificate)?.asymmetricKeyType).toBe('rsa');
  });

  it('may be named as anybody likes: the name begins nothing else', async () => {
    const name =
      ' Acme, Inc. O=Other + "CN=x"; <\\#> https://rollcall.acme.test/a-long-path/until-it-is-longer-than-any ';
    const { certificate } = await saml.makeKey({ name, from: now, until: now + 1_000 });
    const { subject } = new X509Certificate(certificate);
    expect(subject.match(/(?:^|\n)[A-Z]+=/g)).toEqual(['CN=']);
    expect(subject).toContain('Acme');
  });
});

describe('when a certificate ends', () => {
  it('is asked of a certificate alone', async () => {
    const { certificate, privateKey } = await keyOf('ours');
    const nonsense = ['', 'nonsense', privateKey, `${certificate}${certificate}`, certificate.slice(0, 200)];
    const broken = certificate.replace(/\n[A-Za-z0-9+/]{64}\n/, '\n');
    for (const text of [...nonsense, broken]) {
      const words = refusal(() => saml.certificateEnds(text), 'saml-certificate');
      expect(words).not.toContain('PRIVATE');
    }
    expect(saml.certificateEnds(`\n${certificate}\n`)).toBe(saml.certificateEnds(certificate));
  });
});
