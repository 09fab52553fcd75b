/** Values of shell variables. */
export type Variables = Readonly<Record<string, string>>;

/**
 * The words of a shell command as a shell would make them of quotes, backslashes and `$NAME`; nothing else of a shell is understood. Throws for a variable that has
 * no value and for a quote that isn't closed.
 */
export function shellWords(text: string, variables: Variables): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const add = (more: string) => {
    word = (word ?? "") + more;
  };
  const variable = () => {
    const name = /^\w+/.exec(text.slice(at + 1))?.[0];
    if (name === undefined) throw new Error(`${text.slice(at, at + 20)}: only $NAME is understood`);
    const value = variables[name];
    if (value === undefined) throw new Error(`$${name} has no value`);
    at += 1 + name.length;
    return value;
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw new Error("a single quote is not closed");
      add(text.slice(at + 1, end));
      at = end + 1;
    } else if (char === '"') {
      add("");
      for (at++; text.charAt(at) !== '"'; ) {
        if (at >= text.length) throw new Error("a double quote is not closed");
        if (text.charAt(at) === "$") add(variable());
        else if (text.charAt(at) === "\\") {
          add(text.charAt(at + 1));
          at += 2;
        } else add(text.charAt(at++));
      }
      at++;
    } else if (char === "\\" && text.charAt(at + 1) === "\n") at += 2;
    else if (char === "\\") {
      add(text.charAt(at + 1));
      at += 2;
    } else if (char === "$") add(variable());
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else {
      add(char);
      at++;
    }
  }
  return word === undefined ? words : [...words, word];
}
