/** What the program around a run makes of the JavaScript engine. */
export interface Runtime {
  /** Runs plain computation so that it can be broken off from outside. */
  interruptible<T>(work: () => T): T;
  /** Told when much of what is in memory can go. */
  collectGarbage(): void;
}

/** One that is left to itself. */
export const PLAIN_RUNTIME: Runtime = { interruptible: (work) => work(), collectGarbage: () => {} };
