import type { Fields, Value } from "./site-model.ts";

/** Fields as lines of block style, each indented by that many spaces, as people write them: texts plain where YAML takes them for texts. */
export function writeFields(fields: Fields, indentation: number): string {
  return Object.entries(fields)
    .map(([name, value]) => `${" ".repeat(indentation)}${writeEntry(plain(name), value, indentation)}`)
    .join("");
}

function writeEntry(key: string, value: Value, indentation: number): string {
  if (Array.isArray(value)) return `${key}:\n${value.map((item) => writeItem(item, indentation)).join("")}`;
  if (typeof value === "object") return `${key}:\n${writeFields(value as Fields, indentation + 2)}`;
  return `${key}: ${scalar(value as string | number | boolean, indentation)}\n`;
}

function writeItem(item: Value, indentation: number): string {
  const dash = `${" ".repeat(indentation)}- `;
  if (typeof item !== "object") return `${dash}${scalar(item, indentation)}\n`;
  const lines = writeFields(item as Fields, indentation + 2);
  return dash + lines.slice(indentation + 2);
}

function scalar(value: string | number | boolean, indentation: number): string {
  if (typeof value !== "string") return String(value);
  if (!value.endsWith("\n")) return plain(value);
  const pad = " ".repeat(indentation + 2);
  return `|\n${value.trimEnd().replace(/^/gm, pad)}`;
}

function plain(text: string): string {
  const isWord = /^[A-Za-z/][\w .:@%=/+-]*$/.test(text) && !/: |^(?:true|false|null|yes|no|on|off)$/i.test(text);
  const isAddress = /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/.test(text);
  return isWord || isAddress ? text : `'${text.replaceAll("'", "''")}'`;
}
