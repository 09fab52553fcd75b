/** The time of a world. */
export interface WorldClock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds, unless what it returns was called before. */
  after(ms: number, done: () => void): () => void;
}

/** The time of the machine the world runs on. Nothing that waits keeps the process alive. */
export const systemClock: WorldClock = {
  now: Date.now,
  after(ms, done) {
    const timer = setTimeout(done, ms).unref();
    return () => clearTimeout(timer);
  },
};
