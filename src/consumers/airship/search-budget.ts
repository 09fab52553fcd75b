/** What the patterns of one site may search together. */
export interface SearchBudget {
  /** Takes the steps of a search from what is left, about as many as it has at worst; false when there are not so many. */
  spend(steps: number): boolean;
}

/** Steps all searches of a site may take, about: some ten seconds, and far more than the patterns people write need. */
const MOST_STEPS = 2e10;

/** A budget of which nothing is spent. */
export function searchBudget(): SearchBudget {
  let left = MOST_STEPS;
  return {
    spend(steps) {
      if (steps > left) return false;
      left -= steps;
      return true;
    },
  };
}
