import { type Fields, type NoteConversion, rewrite, rewriteFields, scalar } from "../located.ts";

const trunkModes: Readonly<Record<string, string>> = { none: "disabled", tagged: "802.1q" };

/** Rewrites the fields of a network link: the words `none`, `tagged` and `default` of earlier forms. */
export function convertNetworkLink(fields: Fields, note: NoteConversion): void {
  rewrite(fields, "bonding", (value) =>
    rewriteFields(value, (bonding) => {
      for (const [key, setting] of [...bonding.values]) {
        if (setting.tree !== "default") continue;
        bonding.values.delete(key);
        note({ field: `bonding.${key}`, message: "the word default leaves the field to its default" });
      }
      rewrite(bonding, "mode", (mode) => {
        if (mode.tree !== "none") return mode;
        note({ field: "bonding.mode", message: "none is disabled" });
        return scalar("disabled", mode.source);
      });
    }),
  );
  rewrite(fields, "trunking", (value) =>
    rewriteFields(value, (trunking) => {
      rewrite(trunking, "mode", (mode) => {
        const word = typeof mode.tree === "string" ? trunkModes[mode.tree] : undefined;
        if (word === undefined) return mode;
        note({ field: "trunking.mode", message: `${String(mode.tree)} is ${word}` });
        return scalar(word, mode.source);
      });
    }),
  );
}
