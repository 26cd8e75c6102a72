import fc from 'fast-check';

/** `PROPERTY_SEED=N`: the same cases in every run, as in CI, whose answer depends on the code alone. Without it each run draws others. */
const { PROPERTY_SEED: seed } = process.env;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
