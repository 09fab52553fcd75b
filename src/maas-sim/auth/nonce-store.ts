/** Remembers used nonces for as long as a request carrying them could still be accepted. */
export interface NonceStore {
  /** True the first time a nonce is seen. `expiresAt` is in seconds since the epoch. */
  use(nonce: string, expiresAt: number, now: number): boolean;
}

/** A store that drops expired nonces, and the oldest ones past `limit`. */
export function createNonceStore(limit = 1_000_000): NonceStore {
  const used = new Map<string, number>();
  let sweepAt = 0;
  return {
    use(nonce, expiresAt, now) {
      if (now >= sweepAt) {
        for (const [key, expiry] of used) if (expiry < now) used.delete(key);
        sweepAt = now + 60;
      }
      if (used.has(nonce)) return false;
      used.set(nonce, expiresAt);
      for (const key of used.keys()) {
        if (used.size <= limit) break;
        used.delete(key);
      }
      return true;
    },
  };
}
