import { describe, expect, it } from 'vitest';
import { makeTurns, networkOf } from '../../src/web/turns.ts';

describe('turns', () => {
  it('lets an address through in bursts, and then as fast as it may in the long run', () => {
    let now = 0;
    const turns = makeTurns(() => now);
    const passed = () => Array.from({ length: 500 }, () => turns('a')).filter(Boolean).length;
    expect(passed()).toBe(120);
    now += 1_000;
    expect(passed()).toBe(10);
    now += 3_600_000;
    expect(passed()).toBe(120);
  });

  it('holds no address up for another, however many there are', () => {
    const turns = makeTurns(() => 0);
    for (let count = 0; count < 200; count += 1) turns('busy');
    for (let count = 0; count < 5_000; count += 1) expect(turns(`address ${count}`)).toBe(true);
  });

  it('takes all addresses of one network of IPv6 for one', () => {
    const turns = makeTurns(() => 0);
    const passed = Array.from({ length: 500 }, (_, host) => turns(`2001:db8:1:2:${host.toString(16)}::1`));
    expect(passed.filter(Boolean)).toHaveLength(120);
    expect(turns('2001:db8:1:3::1')).toBe(true);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:DB8:01:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('takes %s for %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('takes nobody’s turns away where the clock is put back', () => {
    let now = 3_600_000;
    const turns = makeTurns(() => now);
    expect(turns('a')).toBe(true);
    now = 0;
    const passed = Array.from({ length: 500 }, () => turns('a')).filter(Boolean).length;
    expect(passed).toBe(119);
  });

  it('remembers who is busy while few are', () => {
    const turns = makeTurns(() => 0);
    for (let count = 0; count < 120; count += 1) turns('busy');
    for (let count = 0; count < 900; count += 1) turns(`address ${count}`);
    expect(turns('busy')).toBe(false);
  });
});
