import type { Acts } from './acts.ts';
import type { Domain } from './samba.ts';

const classes = { user: 'bf967aba-0de6-11d0-a285-00aa003049e2', group: 'bf967a9c-0de6-11d0-a285-00aa003049e2' };
const member = 'bf9679c0-0de6-11d0-a285-00aa003049e2';

/** An account with the rights the docs list and no others: users below one unit, members of groups below another. */
export async function serviceAccount(
  { base, administrator, tool }: Domain,
  acts: Acts,
  units: { people: string; groups: string },
): Promise<{ user: string; password: string }> {
  const dn = await acts.user('rollcall', base);
  const { password } = administrator;
  await acts.password(dn, password);
  const sid = await acts.sidOf(dn);
  const give = (unit: string, ...rights: string[]) =>
    tool('dsacl', 'set', `--objectdn=${unit}`, `--sddl=${rights.join('')}`);
  await give(units.people, `(OA;CI;CCDC;${classes.user};;${sid})`, `(OA;CIIO;GA;;${classes.user};${sid})`);
  await give(units.groups, `(OA;CIIO;RPWP;${member};${classes.group};${sid})`);
  return { user: 'rollcall@ad.acme.test', password };
}
