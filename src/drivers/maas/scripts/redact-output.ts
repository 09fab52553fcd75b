/** Names whose value is somebody's secret. */
const NAME =
  "(?:power_pass|ipmi_pass|pass(?:word|wd|phrase)|k_g|api[_-]?key|secret(?:_key)?|(?:access|auth|consumer|token)_?(?:key|token|secret)|token|private_key)";

/** name: value or name=value, the name perhaps in quotes, at the end of a longer name too; the value in quotes or up to a blank. */
const PAIR = new RegExp(
  String.raw`((?:^|[^A-Za-z0-9])["']?(?:[A-Za-z0-9]+[_.-])*${NAME}["']?\s*[:=]\s*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,;&"'}\]]+)`,
  "gim",
);
const KEY_BLOCK = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const URL_USER = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;
const HEADER = /\b(Authorization:\s*(?:OAuth|Bearer|Basic)\s+).*/gi;

/**
 * What a script printed without what looks like a secret: values of names such as password, private keys, passwords in addresses, authorization headers, and the given secrets
 * wherever they stand. Null values and flags stay.
 */
export function redactOutput(output: string, secrets: readonly string[]): string {
  const clean = output
    .replace(KEY_BLOCK, "[redacted]")
    .replace(HEADER, "$1[redacted]")
    .replace(URL_USER, "$1:[redacted]@")
    .replace(PAIR, (whole, name: string, value: string) => {
      if (/^(?:null|none|true|false|""|'')$/i.test(value)) return whole;
      const quote = /^["']/.exec(value)?.[0] ?? "";
      return `${name}${quote}[redacted]${quote}`;
    });
  return secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "[redacted]"), clean);
}
