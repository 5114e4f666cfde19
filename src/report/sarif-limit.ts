/** GitHub keeps no more results of a run. */
export const RESULTS_KEPT = 5000;
