/**
 * Loaded before a process by `NODE_OPTIONS`: its calendar, and that of its children, is so many milliseconds ahead. Timers run as
 * they are.
 */
const ahead = Number(process.env.WALK_CLOCK_AHEAD ?? 0);
const Real = globalThis.Date;
const now = () => Real.now() + ahead;

globalThis.Date = new Proxy(Real, {
  construct: (date, given, made) => Reflect.construct(date, given.length === 0 ? [now()] : given, made),
  apply: () => new Real(now()).toString(),
  get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
});
Real.prototype.constructor = globalThis.Date;
