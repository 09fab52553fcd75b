/**
 * A number from 0 on and below 1 that looks random and is always the same for the same texts: which calls a fault strikes depends on
 * the seed and on what is asked of a machine the how manieth time, never on the order in which machines are asked.
 */
export function chance(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5 ^ seed;
  const text = parts.join("\0");
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}
