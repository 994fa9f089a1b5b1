// Properties are tried on the same made-up values in every run, so that a run which fails fails again.
// PROPERTY_SEED=$RANDOM npm test tries others.
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_251_122) })

export default fc
