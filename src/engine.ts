/** What the program around a run makes of the engine that it runs in. */
export interface Engine {
  /** Runs plain computation so that it can be broken off from outside. */
  interruptible<T>(work: () => T): T;
  /** Told when much of what is in memory can go. */
  collectGarbage(): void;
}

/** An engine that is left to itself. */
export const ANY_ENGINE: Engine = { interruptible: (work) => work(), collectGarbage: () => {} };
