import type { EffectiveItem } from "../../design/effective-item.ts";
import { traitsOf } from "../../design/form-traits.ts";
import { assetsOf } from "../boot-assets.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { secretsIn } from "../secrets-in.ts";
import { shown } from "../shown.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

const secretName = /passw(?:or)?d|passphrase|secret|token|credential|api_?key|private_?key/i;
const addressWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:[^/@\s]+@/i;

/** A design should refer to secrets. */
export const secretInClear: ItemRule = {
  id: "secret-in-clear",
  severity: "warning",
  summary: "A secret is given by reference, not in clear.",
  why: `A design is read by many and kept for ever, in files, revisions and copies. A secret belongs elsewhere: \`{ref: 'file:NAME'}\` names a file of the orchestrator's secrets directory, \`{ref: 'env:BEDPLATE_SECRET_NAME'}\` a
variable of its environment, and both are read only just before a driver needs them. In Bedplate's own form a literal is an error; the earlier forms knew nothing else, so there it is a warning. A layer that is marked to allow literals may have them. What
merely looks like a secret, such as a parameter called \`password\`, a password in an address or a private key in a file of a boot action, is a warning in every form: nothing hides it.`,
  kinds: ["*"],
  check(item, context) {
    const schema = context.schema(item.kind);
    const held = schema === undefined ? [] : secretsIn(item.tree, schema.message);
    return [
      ...held.filter(({ isInClear }) => isInClear).flatMap(({ path }) => literal(path, item, context)),
      ...lookalikes(item),
    ];
  },
};

function literal(field: string, item: EffectiveItem, context: RuleContext): Finding[] {
  const origin = context.origin(item, field);
  if (origin?.layer.allowSecretLiterals === true) return [];
  return [
    {
      field,
      severity: origin !== undefined && traitsOf(origin.document.form).isOwn === true ? "error" : "warning",
      message: `${field} is a secret in clear`,
      hint: "write a reference: {ref: 'file:NAME'} or {ref: 'env:BEDPLATE_SECRET_NAME'}",
    },
  ];
}

/** What looks like a secret where nothing hides one. */
function lookalikes(item: EffectiveItem): Finding[] {
  if (item.kind === "BootAction") return privateKeys(item);
  if (item.kind === "Site") return repositoryPasswords(item);
  const parameters = mapAt(mapAt(item.tree, "oob"), "parameters");
  if (parameters === undefined) return [];
  return Object.entries(parameters).flatMap(([key, value]): Finding[] => {
    const field = memberPath("oob.parameters", key);
    const hint = "put it in oob.credential";
    if (secretName.test(key)) {
      const message = `oob parameter ${shown(key)} looks like a secret, and parameters are shown to everybody`;
      return [{ field, message, hint }];
    }
    if (typeof value !== "string" || !addressWithPassword.test(value)) return [];
    return [
      {
        field,
        message: `oob parameter ${shown(key)} has a password in it, and parameters are shown to everybody`,
        hint,
      },
    ];
  });
}

function repositoryPasswords(item: EffectiveItem): Finding[] {
  return membersAt(item.tree, "repositories")
    .filter((repository) => addressWithPassword.test(textAt(repository, "url") ?? ""))
    .map((repository) => ({
      field: `${memberPath("repositories", textAt(repository, "name") ?? "")}.url`,
      message: "the repository's address has a password in it, and addresses are shown to everybody",
      hint: "make a repository that these machines may read without one",
    }));
}

function privateKeys(item: EffectiveItem): Finding[] {
  return assetsOf(item)
    .filter(({ tree }) => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(textAt(tree, "data") ?? ""))
    .map(({ path }) => ({
      field: `${path}.data`,
      message: "the file holds a private key, and boot actions are shown to everybody",
      hint: "have the node make its own, or fetch it from a location that knows the node",
    }));
}
