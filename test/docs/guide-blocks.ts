/** A fenced block of a guide that says something to the runner. Lines count from 1; `from` is the fence's, `to` that of its end. */
export type GuideBlock = FileBlock | ConsoleBlock;

/** A file as it is from here on: a block that begins with "yaml file=PATH", or with "append=PATH" for more of one that is there. */
export interface FileBlock {
  readonly type: "file";
  readonly path: string;
  readonly append: boolean;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Commands and what they print: a block that begins with "console", and "exit=N" where the last command ends with N. */
export interface ConsoleBlock {
  readonly type: "console";
  readonly commands: readonly GuideCommand[];
  readonly exit: number;
  readonly from: number;
  readonly to: number;
}

/** One command as it is given to a shell, with the lines it was written on. */
export interface GuideCommand {
  readonly command: string;
  readonly written: readonly string[];
}

/** The blocks of a guide that say something to the runner, in order. Throws for a block that is never closed, and for output before a command. */
export function guideBlocks(markdown: string): readonly GuideBlock[] {
  const lines = markdown.split("\n");
  const blocks: GuideBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const info = /^```(\S.*)$/.exec(lines[at] ?? "")?.[1];
    if (info === undefined) continue;
    const from = at + 1;
    const end = lines.indexOf("```", from);
    if (end < 0) throw new Error(`line ${from}: a block that is never closed`);
    const inside = lines.slice(from, end);
    const range = { from, to: end + 1 };
    const [, mode, path] = /\b(file|append)=(\S+)/.exec(info) ?? [];
    if (path !== undefined) {
      blocks.push({ type: "file", path, append: mode === "append", text: `${inside.join("\n")}\n`, ...range });
    } else if (/^console\b/.test(info)) {
      const exit = Number(/\bexit=(\d+)/.exec(info)?.[1] ?? 0);
      blocks.push({ type: "console", commands: commandsOf(inside, from), exit, ...range });
    }
    at = end;
  }
  return blocks;
}

function commandsOf(lines: readonly string[], from: number): readonly GuideCommand[] {
  const commands: GuideCommand[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at] ?? "";
    if (!first.startsWith("$ ")) {
      if (commands.length === 0) throw new Error(`line ${from + at + 1}: output before a command`);
      continue;
    }
    const written = [first];
    while (written.at(-1)?.endsWith("\\") && at + 1 < lines.length) written.push(lines[++at] ?? "");
    commands.push({ command: written.join("\n").slice(2), written });
  }
  return commands;
}
