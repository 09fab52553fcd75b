import type { Severity } from "../../design/diagnostic.ts";
import { visible } from "../diagnostics.ts";
import type { DiagnosticReport } from "./report.ts";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

/**
 * A report as GitHub workflow commands, which become annotations on the lines of a change; nothing else. What a file says can start no command of its own.
 * Source: GitHub's documentation of workflow commands and the escaping of its toolkit (`%`, CR and LF everywhere, `:` and `,` in properties).
 */
export function formatGithub({ diagnostics }: DiagnosticReport): string {
  return diagnostics
    .map(({ location, severity, rule, message, hint }) => {
      const place = location === undefined ? [] : [`file=${property(location.uri)}`];
      if (location !== undefined && location.line > 0) place.push(`line=${location.line}`, `col=${location.column}`);
      const properties = [...place, `title=${property(rule)}`].join(",");
      const text = hint ? `${visible(message)}\nhint: ${visible(hint)}` : visible(message);
      return `::${commands[severity]} ${properties}::${data(text)}\n`;
    })
    .join("");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
