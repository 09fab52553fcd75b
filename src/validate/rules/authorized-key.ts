import type { Finding, ItemRule } from "../rule.ts";
import { textsAt } from "../tree-access.ts";

const types: readonly string[] = [
  ...["ssh-rsa", "ssh-ed25519", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ...["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"],
];

/** A key lets somebody in. */
export const authorizedKey: ItemRule = {
  id: "authorized-key",
  severity: "error",
  summary: "An authorized key is one SSH public key: its type, the key, and perhaps a comment.",
  why: `Every deployed node gets these keys, and with a key that is none nobody gets in. A key is a line such as \`ssh-ed25519 AAAA… name\`; write each as an entry of its own. Of a private key only the owner may know: take it away, and
make another.`,
  kinds: ["Site"],
  check: ({ tree }) =>
    textsAt(tree, "authorized_keys").flatMap((text, index): Finding[] => {
      // Not by its text, which may be what nobody should see.
      const field = `authorized_keys[${index}]`;
      if (text.includes("PRIVATE KEY")) {
        const hint = "take it away and make a new pair: this one is no secret any more";
        return [{ field, message: "found a private key, expected a public one", hint }];
      }
      const lines = text.trim().split("\n");
      const [type = "", key = ""] = text.trim().split(/\s+/);
      const more = lines.slice(1).filter((line) => types.includes(line.trim().split(/\s+/)[0] ?? ""));
      if (more.length > 0) {
        const message = `found ${more.length + 1} keys in one entry, expected one`;
        return [{ field, message, hint: "write each key as an entry of its own" }];
      }
      if (types.includes(type) && /^AAAA[A-Za-z0-9+/]*={0,3}$/.test(key)) return [];
      const hint = "write the line of the .pub file, such as ssh-ed25519 AAAA… name";
      return [{ field, message: "found a text that is no SSH public key", hint }];
    }),
};
