/** Hosts a NetBox may be reached at in clear: its token doesn't leave the machine. */
const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether what is written as a repository's URL is a path of this machine. */
export function isLocalPath(url: string): boolean {
  return !url.includes("://") && !isScpLike(url);
}

/** What is wrong with the URL of a source, and what would be right, one line; undefined when nothing is. */
export function sourceUrlProblem(type: "git" | "netbox", url: string): string | undefined {
  if (url === "" || url.startsWith("-") || /[\s\p{Cc}]/u.test(url)) return "url is no URL";
  if (type === "git" && isScpLike(url)) return undefined;
  if (type === "git" && !url.includes("://"))
    return url.includes("::") ? "url names a program of Git, which is not run" : undefined;
  if (!URL.canParse(url)) return "url is no URL";
  const { protocol, username, password, search, hash, hostname } = new URL(url);
  if (password !== "" || (username !== "" && protocol !== "ssh:"))
    return "url holds credentials: give secrets: {token: {ref: file:NAME}} instead";
  if (search !== "" || hash !== "") return "url has a query or a fragment";
  if (type === "git")
    return ["https:", "ssh:", "file:"].includes(protocol)
      ? undefined
      : "url of a Git source is https, ssh, file or a path";
  if (protocol === "https:" || (protocol === "http:" && loopback.has(hostname))) return undefined;
  return "url of a NetBox source is https: its token must not travel in clear";
}

/** The short form of SSH, such as "git@git.example:plant7.git". */
function isScpLike(url: string): boolean {
  return /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?![:/-])[^\s]+$/.test(url);
}
