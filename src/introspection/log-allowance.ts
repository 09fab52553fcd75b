/** How much of its log each node may send. */
export interface LogPolicy {
  /** Lines a node may send at once, and how many more it may each second. */
  readonly lines: number;
  readonly linesPerSecond: number;
  /** Bytes of text a node may send at once, and how many more it may each second. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** Of how many nodes is remembered what they sent; those that have sent least of late are forgotten first. */
  readonly nodes: number;
}

/** What holds when nobody says otherwise. */
export const DEFAULT_LOG_POLICY: LogPolicy = {
  lines: 5_000,
  linesPerSecond: 50,
  bytes: 1024 * 1024,
  bytesPerSecond: 16 * 1024,
  nodes: 50_000,
};

/** What lines take of a node's allowance. */
export interface LogAmount {
  readonly lines: number;
  readonly bytes: number;
}

/** What each node may still send of its log, in this process. */
export interface LogAllowance {
  /** Takes lines of a node's allowance and gives 0; or takes nothing and gives after how many milliseconds they will fit, infinite when they never will. */
  take(key: string, amount: LogAmount): number;
}

interface Spent extends LogAmount {
  readonly at: number;
}

/** Makes the allowances. `now` is a clock in milliseconds. */
export function createLogAllowance(policy: LogPolicy, now: () => number): LogAllowance {
  const nodes = new Map<string, Spent>();
  return {
    take(key, amount) {
      if (amount.lines > policy.lines || amount.bytes > policy.bytes) return Number.POSITIVE_INFINITY;
      const at = now();
      const before = nodes.get(key) ?? { at, lines: 0, bytes: 0 };
      const seconds = (at - before.at) / 1000;
      const lines = Math.max(0, before.lines - seconds * policy.linesPerSecond) + amount.lines;
      const bytes = Math.max(0, before.bytes - seconds * policy.bytesPerSecond) + amount.bytes;
      const wait = Math.max(
        (lines - policy.lines) / policy.linesPerSecond,
        (bytes - policy.bytes) / policy.bytesPerSecond,
      );
      // Not so exact that what was told to fit after a while doesn't by a rounding.
      if (wait > 1e-9) return Math.ceil(wait * 1000);
      // Those that sent something last are at the end.
      nodes.delete(key);
      nodes.set(key, { at, lines, bytes });
      for (const oldest of nodes.keys()) {
        if (nodes.size <= policy.nodes) break;
        nodes.delete(oldest);
      }
      return 0;
    },
  };
}
