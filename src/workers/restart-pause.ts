/** Milliseconds. */
const YOUNG = 60_000
const LONGEST = 30_000

/** How long to wait before a worker that ended is replaced: not at all, unless they keep ending soon after their start. */
export const restartPause = {
  isYoung: (lived: number): boolean => lived < YOUNG,
  /** @param youngDeaths how many in a row */
  after: (youngDeaths: number): number =>
    youngDeaths <= 1 ? 0 : Math.min(LONGEST, 250 * 2 ** (youngDeaths - 2)),
}
