import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads a length of time such as `90s`, `30m`, `2h` or `7d`, as seconds, at least one. A plain number is seconds. */
export function parseSeconds(text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,9})(s|m|h|d)?$/.exec(text) ?? [];
  const seconds = Number(digits) * (units[unit || "s"] ?? 1);
  if (digits !== "" && seconds > 0) return seconds;
  throw new CliError(exitCode.usage, `${JSON.stringify(text)} is no length of time`, "write 90s, 30m, 2h or 7d");
}

/** Seconds for people, by the largest unit and the next: "2 h 5 min", "45 s". */
export function secondsText(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
