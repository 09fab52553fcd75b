/** The states of a machine, by the number the API shows. */
export const STATUS = {
  NEW: 0,
  COMMISSIONING: 1,
  FAILED_COMMISSIONING: 2,
  MISSING: 3,
  READY: 4,
  RESERVED: 5,
  DEPLOYED: 6,
  RETIRED: 7,
  BROKEN: 8,
  DEPLOYING: 9,
  ALLOCATED: 10,
  FAILED_DEPLOYMENT: 11,
  RELEASING: 12,
  FAILED_RELEASING: 13,
  DISK_ERASING: 14,
  FAILED_DISK_ERASING: 15,
  RESCUE_MODE: 16,
  ENTERING_RESCUE_MODE: 17,
  FAILED_ENTERING_RESCUE_MODE: 18,
  EXITING_RESCUE_MODE: 19,
  FAILED_EXITING_RESCUE_MODE: 20,
  TESTING: 21,
  FAILED_TESTING: 22,
} as const;

/** A state of a machine. */
export type Status = (typeof STATUS)[keyof typeof STATUS];

const NAMES: Readonly<Record<Status, string>> = {
  0: "New",
  1: "Commissioning",
  2: "Failed commissioning",
  3: "Missing",
  4: "Ready",
  5: "Reserved",
  6: "Deployed",
  7: "Retired",
  8: "Broken",
  9: "Deploying",
  10: "Allocated",
  11: "Failed deployment",
  12: "Releasing",
  13: "Releasing failed",
  14: "Disk erasing",
  15: "Failed disk erasing",
  16: "Rescue mode",
  17: "Entering rescue mode",
  18: "Failed to enter rescue mode",
  19: "Exiting rescue mode",
  20: "Failed to exit rescue mode",
  21: "Testing",
  22: "Failed testing",
};

const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  0: [1, 21, 3, 4, 7, 8, 17],
  1: [2, 4, 7, 3, 0, 8, 21],
  2: [1, 3, 7, 8, 17, 21],
  3: [0, 4, 1, 5, 6, 7, 8, 10, 21],
  4: [17, 1, 10, 5, 7, 3, 8, 21],
  5: [4, 10, 7, 3, 8, 12, 14, 21],
  6: [10, 3, 8, 4, 12, 14, 17, 21],
  7: [0, 4, 3, 8],
  8: [1, 4, 14, 12, 17, 21, 6],
  9: [10, 3, 8, 11, 6, 4, 14, 12],
  10: [4, 7, 3, 8, 9, 14, 12, 17, 21],
  11: [10, 3, 8, 4, 14, 12, 17, 21],
  12: [0, 10, 5, 6, 4, 8, 3, 11, 15, 13],
  13: [12, 14, 4, 8, 21],
  14: [8, 14, 15, 4, 12],
  15: [14, 12, 8, 10, 4, 17, 21],
  16: [8, 19, 21],
  17: [4, 8, 6, 16, 18, 19],
  18: [8, 17, 19, 21],
  19: [0, 2, 4, 6, 8, 10, 11, 15, 16, 18, 20, 22],
  20: [8, 19, 21],
  21: [8, 0, 4, 5, 10, 6, 2, 11, 13, 15, 18, 20, 22],
  22: [1, 8, 3, 17, 21, 4, 6],
};

/** The name the API shows for a state; a later MAAS may have states that this one does not know. */
export function statusName(status: Status): string {
  return NAMES[status] ?? `Unknown (${status})`;
}

/** The key a list filter uses for a state, such as `failed_deployment`; `undefined` for an unknown filter value. */
export function statusFromFilter(source: string): Status | undefined {
  const wanted = source.toUpperCase();
  for (const [key, status] of Object.entries(STATUS)) if (key === wanted || String(status) === source) return status;
  return undefined;
}

/** Whether a machine may go from one state to the other directly. */
export function mayBecome(from: Status, to: Status): boolean {
  return (TRANSITIONS[from] ?? []).includes(to);
}
