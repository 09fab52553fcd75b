import type { Command } from "commander";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { print } from "./output.ts";

/** `bedplate completion SHELL`: a script that completes commands and their options. It is made from the commands themselves. */
export async function completion(program: Command, shell: string): Promise<ExitCode> {
  const words = program.commands.flatMap((command) => wordsOf(command, []));
  const top = program.commands.map((command) => command.name()).join(" ");
  switch (shell) {
    case "bash":
      await print(bash(top, words));
      return exitCode.done;
    case "zsh":
      await print(`autoload -U +X bashcompinit && bashcompinit\n${bash(top, words)}`);
      return exitCode.done;
    case "fish":
      await print(fish(program));
      return exitCode.done;
    default:
      throw new CliError(
        exitCode.usage,
        `there is no completion for ${JSON.stringify(shell)}`,
        "shells are bash, zsh and fish",
      );
  }
}

interface Words {
  readonly path: string;
  readonly next: string;
}

function wordsOf(command: Command, above: readonly string[]): Words[] {
  const path = [...above, command.name()];
  const options = command.options.flatMap((option) => option.long ?? []);
  const next = [...command.commands.map((one) => one.name()), ...options].join(" ");
  return [{ path: path.join(" "), next }, ...command.commands.flatMap((one) => wordsOf(one, path))];
}

function bash(top: string, words: readonly Words[]): string {
  const cases = words.map(({ path, next }) => `    "${path}") words="${next}" ;;`).join("\n");
  return `_bedplate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="" path=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) [ "$(wc -w <<< "$path")" -lt 2 ] && path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
    "") words="${top}" ;;
${cases}
    *) case "\${path%% *}" in
${words
  .filter(({ path }) => !path.includes(" "))
  .map(({ path, next }) => `      "${path}") words="${next}" ;;`)
  .join("\n")}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _bedplate bedplate
`;
}

function fish(program: Command): string {
  const lines = program.commands.flatMap((command) => [
    `complete -c bedplate -n __fish_use_subcommand -a ${command.name()} -d ${quote(command.summary())}`,
    ...command.commands.map(
      (one) =>
        `complete -c bedplate -n "__fish_seen_subcommand_from ${command.name()}" -a ${one.name()} -d ${quote(one.summary())}`,
    ),
    ...command.options.flatMap((option) =>
      option.long === undefined
        ? []
        : [
            `complete -c bedplate -n "__fish_seen_subcommand_from ${command.name()}" -l ${option.long.slice(2)} -d ${quote(option.description)}`,
          ],
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
