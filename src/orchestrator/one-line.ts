/** Text from elsewhere as one line of at most `most` characters, without what no database stores. */
export function oneLine(text: string, most = 2048): string {
  if (text.length <= most && PLAIN.test(text)) return text;
  const line = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`.toWellFormed();
}

/** Most texts are so already. */
const PLAIN = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;
