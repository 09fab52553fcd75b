import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

/**
 * Splits a command line into the program and its arguments: at white space, with single quotes, double quotes and backslashes as a shell has them, and nothing
 * else of a shell. Throws a usage error for an empty one and for a quote that isn't closed.
 */
export function splitCommand(text: string, option: string): readonly [program: string, ...args: string[]] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const each = text.charAt(at);
    if (quote !== "" && each === quote) quote = "";
    else if (each === "\\" && quote !== "'" && at + 1 < text.length) word = (word ?? "") + text.charAt(++at);
    else if (quote !== "") word = (word ?? "") + each;
    else if (each === "'" || each === '"') {
      quote = each;
      word ??= "";
    } else if (/\s/.test(each)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + each;
  }
  if (word !== undefined) words.push(word);
  const [program, ...args] = words;
  if (quote !== "")
    throw new CliError(exitCode.usage, `${option}: a quote is not closed in ${JSON.stringify(text)}`, "close it");
  if (program === undefined)
    throw new CliError(exitCode.usage, `${option} names no program`, "name one, such as ./my-plugin");
  return [program, ...args];
}
