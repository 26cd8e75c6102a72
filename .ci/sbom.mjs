// The bill of materials of what runs in production, as CycloneDX, from the lock file alone. `npm sbom --omit dev` leaves out whatever
// a development dependency needs as well, mongodb and zod among it; so everything is asked for, and what is for development only goes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const command = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
const bill = JSON.parse(execFileSync('npm', command, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const shipped = new Set(
  Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version }]) => `${nameOf(path)}@${version}`),
);
const refs = new Set();
bill.components = bill.components.filter((component) => {
  const isShipped = shipped.has(`${component.name}@${component.version}`);
  if (isShipped) refs.add(component['bom-ref']);
  return isShipped;
});
const root = bill.metadata.component['bom-ref'];
bill.metadata.component.name = 'rollcall';
bill.dependencies = bill.dependencies
  .filter(({ ref }) => ref === root || refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));

process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);
