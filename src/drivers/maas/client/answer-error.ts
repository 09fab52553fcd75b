import { busy, type DriverError, notFound, rejected, unauthenticated } from "../driver-error.ts";
import { listed, oneLine } from "../text.ts";
import type { MaasAnswer } from "./request.ts";
import type { MaasTarget } from "./target.ts";

const VENDOR_CODE_LIMIT = 400;

/** The request an answer belongs to, for messages. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly op?: string;
}

/** A failed answer as text: pages lose their markup, secrets are blanked out, 400 characters at most. */
export function vendorCode(answer: MaasAnswer, target: MaasTarget): string {
  const source = answer.body.subarray(0, 16_384).toString("utf8");
  const isPage = answer.contentType.includes("html") || /^\s*<(!doctype|html)/i.test(source);
  const plain = isPage ? source.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ") : source;
  const clean = redact(plain, target);
  return oneLine(`${answer.status} ${clean}`, VENDOR_CODE_LIMIT);
}

/** Turns an answer that is no success into the typed error it stands for. */
export function answerError(asked: Asked, answer: MaasAnswer, target: MaasTarget): DriverError {
  const { status } = answer;
  const code = vendorCode(answer, target);
  const what = `${asked.method} ${asked.path}${asked.op === undefined ? "" : `?op=${asked.op}`}`;
  const detail = { subject: target.instance, vendorCode: code };
  switch (status) {
    case 401:
      return unauthenticated(`MAAS of driver instance ${target.instance} refused the api key`, {
        ...detail,
        hint: `check the api key of driver instance ${target.instance}${hintOf401(code)}`,
      });
    case 400:
      return rejectedForm(asked, what, answer, target, code);
    case 403:
      return rejected(`MAAS does not permit ${what}${/^403 ?$/.test(code) ? "" : `: ${code}`}`, {
        ...detail,
        hint: "unlock the machine if it is locked, and use the key of an administrator",
      });
    case 404:
      return missing(what, target, code);
    case 503:
      return unavailable(what, answer, target, code);
    case 409:
    case 429:
    case 502:
    case 504:
      return busy(`MAAS cannot carry out ${what} now: ${code}`, delayOf(answer), detail);
    default:
      if (status >= 300 && status < 400) return redirected(what, answer, target, code);
      return status >= 500
        ? rejected(`MAAS failed to carry out ${what}: ${code}`, { ...detail, hint: hintOf500(code) })
        : rejected(`MAAS answered ${what} with an unexpected status: ${code}`, {
            ...detail,
            hint: `check that the endpoint of driver instance ${target.instance} is a MAAS, such as http://HOST:5240/MAAS`,
          });
  }
}

function redirected(what: string, answer: MaasAnswer, target: MaasTarget, code: string): DriverError {
  const { location = "" } = answer;
  const to = location !== "" && URL.canParse(location, target.origin) ? new URL(location, target.origin) : undefined;
  const where = to === undefined ? "elsewhere" : `to ${to.origin}${to.pathname}`;
  return rejected(oneLine(`what answers ${what} sends the caller ${where}`, 1000), {
    subject: target.instance,
    vendorCode: code,
    hint: `check that the endpoint of driver instance ${target.instance} is a MAAS, such as http://HOST:5240/MAAS, with the right http or https`,
  });
}

/** Addresses that are used up don't come back by waiting; what else is not available comes back. */
function unavailable(what: string, answer: MaasAnswer, target: MaasTarget, code: string): DriverError {
  const detail = { subject: target.instance, vendorCode: code };
  if (!code.includes("No more IPs available"))
    return busy(`MAAS cannot carry out ${what} now: ${code}`, delayOf(answer), detail);
  return rejected(`MAAS has no address left for ${what}: ${code}`, {
    ...detail,
    hint: "free addresses of the subnet in MAAS, or give it more outside of reserved and dynamic ranges",
  });
}

function rejectedForm(asked: Asked, what: string, answer: MaasAnswer, target: MaasTarget, code: string): DriverError {
  if (code.includes("op=None") && code.includes("Unrecognised signature") && asked.op === undefined) {
    return rejected(`MAAS takes ${what} for a request without a key`, {
      subject: target.instance,
      vendorCode: code,
      hint: `see that nothing between driver instance ${target.instance} and its MAAS takes the Authorization header away`,
    });
  }
  if (code.includes("Unrecognised signature")) {
    return rejected(`MAAS does not know ${what}`, {
      subject: target.instance,
      vendorCode: code,
      hint: "this driver needs MAAS 3.0 or later",
    });
  }
  const fields = formErrors(answer).map((field) => redact(field, target));
  if (fields.some((field) => field.includes("current state of the node"))) {
    return busy(`MAAS cannot carry out ${what} now: ${code}`, 2000, { subject: target.instance, vendorCode: code });
  }
  const reason = fields.length > 0 ? listed(fields) : code;
  return rejected(oneLine(`MAAS refused ${what}: ${reason}`, 1000), {
    subject: target.instance,
    vendorCode: code,
    hint: "mend the design or the object in MAAS the message names",
  });
}

function redact(source: string, { secrets }: MaasTarget): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), source);
}

/** The errors of a form as "field: message"; empty when the answer is no such form. */
export function formErrors(answer: MaasAnswer): string[] {
  if (!answer.contentType.includes("json")) return [];
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString("utf8"));
  } catch {
    return [];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([field, messages]) =>
    (Array.isArray(messages) ? messages : [messages]).map((message) =>
      field === "__all__" ? String(message) : `${field}: ${String(message)}`,
    ),
  );
}

function missing(what: string, target: MaasTarget, code: string): DriverError {
  if (code.includes("already in use")) {
    return rejected(`MAAS refused ${what}: an address is already in use`, {
      subject: target.instance,
      vendorCode: code,
      hint: "free the address in MAAS, or give the node another",
    });
  }
  if (/matches the given query|Not Found: /.test(code)) {
    return notFound(`MAAS no longer has what ${what} names: ${code}`, { subject: target.instance });
  }
  return rejected(`MAAS does not know ${what}`, {
    subject: target.instance,
    vendorCode: code,
    hint: `check that the endpoint of driver instance ${target.instance} is a MAAS, such as http://HOST:5240/MAAS`,
  });
}

function delayOf(answer: MaasAnswer): number {
  const fallback = answer.status === 409 ? 2 : 10;
  return 1000 * Math.min(Math.max(answer.retryAfterSeconds ?? fallback, 1), 300);
}

function hintOf401(code: string): string {
  return code.includes("Expired timestamp") ? ", and that the clocks of both hosts agree within five minutes" : "";
}

function hintOf500(code: string): string {
  return /bmc|power|rack/i.test(code)
    ? "check the power settings of the machine and the rack controller that reaches its BMC"
    : "see the log of the MAAS region controller";
}
