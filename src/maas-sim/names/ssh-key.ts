/** A public key of the one user. */
export interface SshKey {
  readonly id: number;
  readonly key: string;
  /** Where it was imported from, such as "gh:somebody"; empty for one that was sent. */
  readonly keysource: string;
}

const TYPES = [
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-dss",
  "ssh-ed25519",
  "ssh-rsa",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  "sk-ssh-ed25519@openssh.com",
];

/**
 * A key in the form it is kept in, its parts one space apart; undefined for what is no public key: an unknown type, data that isn't base64, or data that begins
 * with another type's name.
 */
export function normalKey(source: string): string | undefined {
  const [type = "", data = "", ...comment] = source.trim().split(/\s+/);
  if (!TYPES.includes(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(data) || data.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(data, "base64");
  const length = bytes.length < 4 ? -1 : bytes.readUInt32BE(0);
  if (bytes.length <= 4 + length || bytes.subarray(4, 4 + length).toString("latin1") !== type) return undefined;
  return [type, data, ...comment].join(" ");
}
